/**
 * The user this page belongs to. Requests name them, so that a page left open never acts for another person who signed in later in another
 * tab; drafts are stored under their id. The tabs of a browser notify each other of sign-in and sign-out.
 */
let userId: string | undefined;

/** @returns undefined while signed out or not known yet */
export const actingUser = (): string | undefined => userId;

export function setActingUser(id: string | undefined): void {
  userId = id;
}

const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('guildhall session');

/** @param id null: signed out */
export const announceUser = (id: string | null): void => channel?.postMessage(id);

const LEAVING = 'leaving';
let leavingAt = Number.NEGATIVE_INFINITY;
channel?.addEventListener('message', ({ data }: MessageEvent<string | null>) => {
  if (data === LEAVING) leavingAt = Date.now();
});

/** Announces a sign-out in this tab: requests of another tab may be rejected before it is notified. */
export const announceLeaving = (): void => channel?.postMessage(LEAVING);
export const isLeavingElsewhere = (): boolean => Date.now() - leavingAt < 10_000;

/** Calls back on sign-in or sign-out in another tab. @returns the function to unsubscribe */
export function onUserElsewhere(listener: (id: string | null) => void): () => void {
  const hear = ({ data }: MessageEvent<string | null>) => data !== LEAVING && listener(data);
  channel?.addEventListener('message', hear);
  return () => channel?.removeEventListener('message', hear);
}
