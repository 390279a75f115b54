/** Why a person who was signed in is asked to sign in again, for the sign-in screen. */
let reason: string | undefined;

export const reasonForSignOut = (): string | undefined => reason;

/** @param why a whole sentence; undefined once somebody is signed in */
export function explainSignOut(why: string | undefined): void {
  reason = why;
}
