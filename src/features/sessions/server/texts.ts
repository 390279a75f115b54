/** What sessions are called, and problems of requests about them. */
export const texts = {
  unknownDevice: 'Unknown device',
  device: (browser: string, system: string) => `${browser} on ${system}`,
  problems: {
    confirm: 'Confirm that it is you, then try again.',
  },
};
