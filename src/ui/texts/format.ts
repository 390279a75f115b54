/** How times and errors are written. */
export const texts = {
  /** Of numbers and relative times. */
  language: 'en',
  justNow: 'just now',
  milliseconds: (count: number) => `${count} ms`,
  seconds: (count: string) => `${count} s`,
  minutes: (count: number) => `${count} minutes`,
  pageError: 'Something in this page went wrong. Reload it and try again.',
  offlineError: 'You are offline. Try again as soon as the connection is back.',
  tooMany: (wait: string) => `That was too much in a short time. Try again in ${wait}.`,
} as const;
