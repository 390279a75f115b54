/** Media types that are safe to show from our own address: pictures by name, text as plain text, all else as bytes. */
const pictures: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
};
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @param content null when it is not sent */
export function mediaTypeOf(path: string, content: Buffer | null): string {
  const extension = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  const picture = pictures[extension];
  if (picture) return picture;
  return content === null || isText(content) ? 'text/plain; charset=utf-8' : 'application/octet-stream';
}

function isText(content: Buffer): boolean {
  if (content.includes(0)) return false;
  try {
    utf8.decode(content);
    return true;
  } catch {
    return false;
  }
}
