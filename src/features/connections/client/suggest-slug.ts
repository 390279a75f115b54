/** Suggests a slug for a tool server in the form the server accepts: lower case letters and digits, single underscores in between. */
export function suggestSlug(name: string, taken: readonly string[]): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+/, '')
    .slice(0, 18)
    .replace(/_+$/, '');
  if (plain === '' || !taken.includes(plain)) return plain;
  const free = Array.from({ length: taken.length + 1 }, (_, index) => `${plain}${index + 2}`).find((slug) => !taken.includes(slug));
  return free ?? plain;
}
