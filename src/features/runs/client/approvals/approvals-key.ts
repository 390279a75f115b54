/**
 * Key prefix of everything that an event about approvals may have changed, on a run's screen and in the inbox. It has its own file because
 * every page listens to such events, and the first page should not load the queries for it.
 */
export const approvalsKey = ['approvals'];
