/**
 * The organization this tab works in. Requests outside a project name it, so two tabs never act in the wrong one; it survives a reload, and
 * ends with the tab.
 */
import { useSyncExternalStore } from 'react';

const KEY = 'guildhall:organization';
const listeners = new Set<() => void>();
let organizationId = readStored();

function readStored(): string | undefined {
  try {
    return sessionStorage.getItem(KEY) ?? undefined;
  } catch {
    return undefined;
  }
}

/** @returns undefined while signed out, and for a person without an organization */
export const tabOrganization = (): string | undefined => organizationId;

export function setTabOrganization(id: string | undefined): void {
  if (id === organizationId) return;
  organizationId = id;
  try {
    if (id === undefined) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, id);
  } catch {
    // Lasts until the next reload.
  }
  for (const listener of listeners) listener();
}

export const useTabOrganization = (): string | undefined =>
  useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, tabOrganization);
