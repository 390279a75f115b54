/** How sizes are written. */
export const texts = {
  bytes: (count: number) => `${count} B`,
  kilobytes: (count: string) => `${count} kB`,
  megabytes: (count: string) => `${count} MB`,
  gigabytes: (count: string) => `${count} GB`,
} as const;
