import { type UnpackedBatch, unpackBatch } from '../measure.ts';
import type { State } from './messages.ts';

export interface Together extends Omit<State, 'batch'> {
  batches: UnpackedBatch[];
}

/** @returns the combined state of all generators; the caller merges their batches into measurements */
export function addStates(states: readonly State[]): Together {
  const sum = (key: 'users' | 'underWay' | 'overdue' | 'unserved' | 'cpu') => states.reduce((total, state) => total + state[key], 0);
  return {
    batches: states.map(({ batch }) => unpackBatch(batch)),
    users: sum('users'),
    underWay: sum('underWay'),
    overdue: sum('overdue'),
    unserved: sum('unserved'),
    cpu: sum('cpu'),
  };
}
