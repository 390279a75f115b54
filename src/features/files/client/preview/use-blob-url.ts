import { useEffect, useState } from 'react';

/** @returns an address of content in this page, as this type; undefined while there is none */
export function useBlobUrl(content: Uint8Array | undefined, type: string | undefined): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (type === undefined || content === undefined) return;
    const created = URL.createObjectURL(new Blob([content.slice()], { type }));
    setUrl(created);
    return () => {
      URL.revokeObjectURL(created);
      setUrl(undefined);
    };
  }, [content, type]);
  return url;
}
