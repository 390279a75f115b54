import type { ReactNode } from 'react';
import { sentence } from '#ui/format/sentence.ts';
/** What the list of sessions says. */
export const texts = {
  title: 'Sessions',
  about: 'The browsers you are signed in with. Sign out any you don’t recognize.',
  loading: 'Loading sessions',
  current: 'This device',
  signedInAt: (when: string) => `Signed in ${when}`,
  lastSeen: (address: string, at: ReactNode) => sentence`${address} · last seen ${at}`,
  signOut: 'Sign out',
  signOutNamed: (device: string, address: string) => `Sign out ${device}, ${address}`,
  signedOut: (device: string) => `${device} is signed out.`,
  signOutOthers: 'Sign out everywhere else',
  signedOutOthers: 'You are signed out everywhere else.',
} as const;
