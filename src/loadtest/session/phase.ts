/** A phase: one check of a session test. Any error in it is its result. */
import { codeOf, messageOf } from '../failure.ts';
import { print } from '../print.ts';
import type { Phase } from '../report.ts';
import type { Stay } from './stay.ts';

export type Outcome = Omit<Phase, 'name' | 'skipped'>;

export interface PhasePlan {
  name: string;
  /** @returns the outcome, or a sentence on why the phase was skipped @throws anything; that counts as missed */
  work(stay: Stay): Promise<Outcome | string>;
}

/** A phase that cannot run here. @param reason a sentence */
export function leftOut(name: string, reason: string): PhasePlan {
  return { name, work: async () => reason };
}

export async function runPhase({ name, work }: PhasePlan, stay: Stay): Promise<Phase> {
  try {
    const outcome = await work(stay);
    if (typeof outcome === 'string') return tell({ name, summary: `Left out: ${outcome}`, met: true, skipped: true, figures: [] });
    return tell({ name, ...outcome });
  } catch (error) {
    stay.rig.signal.throwIfAborted();
    const code = codeOf(error);
    const summary = `Could not be carried out: ${messageOf(error)}${code === 'broken' ? '' : ` (${code})`}`;
    return tell({ name, summary, met: false, figures: [] });
  }
}

function tell(phase: Phase): Phase {
  print(`  ${phase.skipped ? '-' : phase.met ? '✓' : '✗'} ${phase.name}: ${phase.summary}`);
  return phase;
}
