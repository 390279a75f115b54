/**
 * Sensitive changes ask who you are: a request that fails with `confirm_identity` waits here until the person has confirmed it, and is then
 * repeated. The dialog belongs to the accounts, which `ui` does not know, so it registers here while it can be shown.
 */
import { useEffect, useSyncExternalStore } from 'react';
import { ProblemError } from '#wire/call.ts';

let question: PromiseWithResolvers<boolean> | undefined;
let dialogs = 0;
let confirmedAt = Number.NEGATIVE_INFINITY;
const listeners = new Set<() => void>();

function publish(next: typeof question): void {
  question = next;
  for (const listener of listeners) listener();
}

/** Requests that fail at the same time share one question. @returns whether the person confirmed it */
function ask(): Promise<boolean> {
  if (dialogs === 0) return Promise.resolve(false);
  if (!question) publish(Promise.withResolvers<boolean>());
  return question?.promise ?? Promise.resolve(false);
}

/** Sends a request, and once again if the person confirms who they are. @throws the problem of the first attempt if they do not */
export async function sendConfirmed<T>(send: () => Promise<T>): Promise<T> {
  const sentAt = performance.now();
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof ProblemError) || error.code !== 'confirm_identity') throw error;
    // Confirmed for another request while this one was under way.
    if (sentAt < confirmedAt || (await ask())) return send();
    throw error;
  }
}

export function answerIdentityQuestion(confirmed: boolean): void {
  const answered = question;
  if (confirmed) confirmedAt = performance.now();
  publish(undefined);
  answered?.resolve(confirmed);
}

/** Registers a dialog that can ask. @returns the function that removes it; requests that still wait then get the first problem */
export function offerIdentityDialog(): () => void {
  dialogs += 1;
  return () => {
    dialogs -= 1;
    if (dialogs === 0 && question) answerIdentityQuestion(false);
  };
}

const isAsked = (): boolean => question !== undefined;

function onQuestion(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** For the dialog. @returns whether to ask now */
export function useIdentityQuestion(): boolean {
  useEffect(offerIdentityDialog, []);
  return useSyncExternalStore(onQuestion, isAsked);
}
