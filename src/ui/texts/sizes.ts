/** How sizes are written. */
export const texts = {
  bytes: (count: number) => `${count} B`,
  kilobytes: (count: string) => `${count} kB`,
  megabytes: (count: string) => `${count} MB`,
} as const;
