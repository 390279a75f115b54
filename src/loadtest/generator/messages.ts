/** What a generator process is asked, and what it answers. Each order gets one answer, `progress` apart. */
import type { Batch } from '../measure.ts';

/** What a generator is told when it begins. */
export interface StartOptions {
  /** Origins of the servers. */
  origins: string[];
  /** Milliseconds, on average. */
  think: number;
  seed: number;
  /** Do people keep the session that signing up gave them, or do they sign in when they arrive? */
  staySignedIn: boolean;
}

export type Order =
  | { do: 'begin'; beginning: StartOptions }
  /** Signs up what is missing until there are so many. */
  | { do: 'signUp'; users: number }
  /** Closed model: so many of them are at work from now on. */
  | { do: 'setUsers'; users: number; ramp: number }
  /** Open model: visits begin at this rate. */
  | { do: 'receive'; perSecond: number }
  /** Everybody signs out who is signed in; they are at rest by then. */
  | { do: 'signOut' }
  /** What was measured since the last time. */
  | { do: 'takeBatch' }
  /** Everybody finishes the step under way. */
  | { do: 'end' };

export interface State {
  batch: Batch;
  users: number;
  underWay: number;
  /** Those of them that have waited too long. */
  overdue: number;
  /** Visits that nobody was free for, since the beginning. */
  unserved: number;
  /** Microseconds of processor time, since the beginning. */
  cpu: number;
}

export type Answer = { state?: State };
export type Message = { order: number; answer: Answer } | { order: number; failure: string } | { signedUp: number };
