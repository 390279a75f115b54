import { readFile } from '#features/files/contract.ts';
import { extensionOf } from '#features/files/path.ts';
import { formatBytes } from '#ui/format/figure.ts';
import { Icon } from '#ui/primitives/icon.tsx';
import { urlOf } from '#wire/call.ts';
import { Picture } from './preview/picture.tsx';
import { texts } from './preview/texts.ts';
import { useBlobUrl } from './preview/use-blob-url.ts';
import { imageTypeOf, nameOf, titleOf } from './text.ts';

interface BinaryViewProps {
  projectId: string;
  path: string;
  bytes: Uint8Array;
  /** Number of a change: the file as of that change. */
  at?: number;
}

/** Shows a file that is not text: a picture, or what it is and how to get it. */
export function BinaryView({ projectId, path, bytes, at }: BinaryViewProps) {
  const pictureType = imageTypeOf(path);
  const picture = useBlobUrl(bytes, pictureType);
  const isPdf = extensionOf(path) === 'pdf';
  const pdf = useBlobUrl(bytes, isPdf ? 'application/pdf' : undefined);
  const title = titleOf(path);
  return (
    <div className="binary">
      <Picture url={picture} name={title} />
      <p>
        {pictureType ? title : isPdf ? texts.pdf : texts.notText(title)} <span className="muted">{formatBytes(bytes.length)}</span>
      </p>
      <div className="binary-actions">
        {pdf !== undefined && (
          <a className="button" data-kind="primary" href={pdf} target="_blank" rel="noreferrer">
            {texts.openPdf}
          </a>
        )}
        <a
          className="button"
          href={urlOf(readFile, { params: { projectId }, query: at === undefined ? { path } : { path, at } })}
          download={nameOf(path)}
        >
          <Icon name="download" />
          {texts.download}
        </a>
      </div>
    </div>
  );
}
