/** Browser cookies as far as one virtual user on one site needs them: names, values, deletion. */

export type CookieJar = ReturnType<typeof createCookieJar>;

/** @param given initial names and values */
export function createCookieJar(given: Iterable<[name: string, value: string]> = []) {
  const cookies = new Map(given);
  const join = () => Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ');
  let header = join();
  return {
    /** @param lines the `set-cookie` headers of a response */
    take(lines: readonly string[]): void {
      if (lines.length === 0) return;
      for (const line of lines) {
        const [pair = '', ...attributes] = line.split(';');
        const equals = pair.indexOf('=');
        if (equals < 1) continue;
        const name = pair.slice(0, equals).trim();
        if (attributes.some(hasEnded)) cookies.delete(name);
        else cookies.set(name, pair.slice(equals + 1).trim());
      }
      header = join();
    },
    /** Current names and values. */
    entries: (): [name: string, value: string][] => [...cookies],
    /** The `cookie` header of the next request; empty if there are no cookies. */
    header: (): string => header,
  };
}

function hasEnded(attribute: string): boolean {
  const [name = '', value = ''] = attribute.trim().split('=', 2);
  if (name.toLowerCase() === 'max-age') return Number(value) <= 0;
  return name.toLowerCase() === 'expires' && Date.parse(value) <= Date.now();
}
