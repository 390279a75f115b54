/**
 * Who this page shows things of. Requests name them, so that a page left open never acts for somebody who signed in later in another
 * tab, and what is typed is kept under their id. All tabs of a browser tell each other who signs in and out.
 */
let userId: string | undefined;

/** @returns undefined while nobody is signed in, or it is not known yet */
export const actingUser = (): string | undefined => userId;

export function setActingUser(id: string | undefined): void {
  userId = id;
}

const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('guildhall session');

/** @param id null: somebody signed out */
export const announceUser = (id: string | null): void => channel?.postMessage(id);

const LEAVING = 'leaving';
let leavingAt = Number.NEGATIVE_INFINITY;
channel?.addEventListener('message', ({ data }: MessageEvent<string | null>) => {
  if (data === LEAVING) leavingAt = Date.now();
});

/** Somebody is about to sign out here: another tab may be refused before it is told that they did. */
export const announceLeaving = (): void => channel?.postMessage(LEAVING);
export const isLeavingElsewhere = (): boolean => Date.now() - leavingAt < 10_000;

/** Calls back when somebody signs in or out in another tab. @returns how to end it */
export function onUserElsewhere(listener: (id: string | null) => void): () => void {
  const hear = ({ data }: MessageEvent<string | null>) => data !== LEAVING && listener(data);
  channel?.addEventListener('message', hear);
  return () => channel?.removeEventListener('message', hear);
}
