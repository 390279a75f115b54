/** One line on standard error that is replaced as work goes on; on anything but a terminal, nothing. */

const EVERY_MS = 200;

export function createProgressLine() {
  const { isTTY } = process.stderr;
  let shownAt = Number.NEGATIVE_INFINITY;
  const clear = '\r\u001b[K';
  return {
    show(text: string): void {
      const now = performance.now();
      if (!isTTY || now - shownAt < EVERY_MS) return;
      shownAt = now;
      process.stderr.write(`${clear}${text}`);
    },
    end(): void {
      if (isTTY) process.stderr.write(clear);
    },
  };
}

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'];

/** In the units of the pages: 1 kB is 1,024 bytes. */
export function formatSize(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 1024 ** power;
  return `${value.toLocaleString('en', { maximumFractionDigits: value < 10 && power > 0 ? 1 : 0 })} ${UNITS[power]}`;
}
