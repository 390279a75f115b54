/** What the layout around all pages says. */
export const texts = {
  lost: (former: string, next: string) => `You’re no longer a member of ${former}. This tab now shows ${next}.`,
  lostLast: (former: string) => `You’re no longer a member of ${former}.`,
} as const;
