/** Commands to a generator process, and its replies. Each command gets one reply, not counting `progress`. */
import type { Batch } from '../measure.ts';

/** Options sent to a generator when it starts. */
export interface StartOptions {
  /** Origins of the servers. */
  origins: string[];
  /** Milliseconds, on average. */
  think: number;
  seed: number;
  /** Whether people keep the session from signing up, or sign in when they arrive. */
  staySignedIn: boolean;
}

export type Order =
  | { do: 'begin'; beginning: StartOptions }
  /** Signs up users until there are this many. */
  | { do: 'signUp'; users: number }
  /** Closed model: this many users are active from now on. */
  | { do: 'setUsers'; users: number; ramp: number }
  /** Open model: visits begin at this rate. */
  | { do: 'receive'; perSecond: number }
  /** Signs out all signed-in users; they are idle by then. */
  | { do: 'signOut' }
  /** Measurements since the last call. */
  | { do: 'takeBatch' }
  /** All users finish their current step. */
  | { do: 'end' };

export interface State {
  batch: Batch;
  users: number;
  underWay: number;
  /** The ones that have waited too long. */
  overdue: number;
  /** Visits without a free user, since the start. */
  unserved: number;
  /** Microseconds of CPU time, since the start. */
  cpu: number;
}

export type Answer = { state?: State };
export type Message = { order: number; answer: Answer } | { order: number; failure: string } | { signedUp: number };
