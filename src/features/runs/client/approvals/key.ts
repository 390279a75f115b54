/** Begins the key of everything that an event about approvals may have changed: here, on a run's screen, and in the inbox. */
export const approvalsKey = ['approvals'];
