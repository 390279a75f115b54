import { useEffect, useState } from 'react';
import { readFile } from '#features/files/contract.ts';
import { formatBytes } from '#ui/format/figure.ts';
import { Icon } from '#ui/primitives/icon.tsx';
import { urlOf } from '#wire/call.ts';
import { imageTypeOf, nameOf, titleOf } from './text.ts';

/** Shows a file that is not text as an image or its size, with a download link. */
export function BinaryView({ projectId, path, bytes }: { projectId: string; path: string; bytes: Uint8Array }) {
  const url = usePicture(path, bytes);
  /** The address of a file that turned out not to be an image, despite its name. */
  const [broken, setBroken] = useState<string>();
  const picture = url === broken ? undefined : url;
  const name = nameOf(path);
  const title = titleOf(path);
  return (
    <div className="binary">
      {picture && <img src={picture} alt={title} onError={() => setBroken(picture)} />}
      <p>
        {picture ? title : `${title} is not text, so it cannot be edited here.`} <span className="muted">{formatBytes(bytes.length)}</span>
      </p>
      <a className="button" href={urlOf(readFile, { params: { projectId }, query: { path } })} download={name}>
        <Icon name="download" />
        Download
      </a>
    </div>
  );
}

function usePicture(path: string, bytes: Uint8Array): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const type = imageTypeOf(path);
    if (!type) return;
    const created = URL.createObjectURL(new Blob([bytes.slice()], { type }));
    setUrl(created);
    return () => {
      URL.revokeObjectURL(created);
      setUrl(undefined);
    };
  }, [path, bytes]);
  return url;
}
