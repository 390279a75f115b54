/** The guide's targets for response time and errors, and whether a run met them. */
import type { Latency } from './latency.ts';
import type { Failure, Measurements, StepFigures } from './measure.ts';

/** Milliseconds, for the 95th percentile of each step. */
export const MAX_P95_MS = 500;
/** Share of requests. */
export const MAX_ERROR_RATE = 0.01;
/** A single error in a step that ran ninety times says nothing about that step; three do. */
const MIN_ERRORS_OF_STEP = 3;
/** Milliseconds at the 99th percentile: a generator that is later than this measures itself. */
export const MAX_LATENESS_MS = 100;

/** Wrong responses, however few: something was lost, arrived twice, or belongs to another person. */
const WRONG = ['wrong_answer', 'stream_gap', 'stream_after_end', 'stream_unreadable'];

interface Target {
  met: boolean;
  text: string;
}

type Figures = Pick<Measurements, 'steps' | 'total' | 'failures' | 'lateness'>;

/**
 * @param minCount requests from which a step has a meaningful p95
 * @returns one verdict per target; the run passed if all are met
 */
export function checkTargets(measured: Figures, minCount = 1): Target[] {
  const steps = measured.steps();
  return [
    checkLatency(steps, minCount),
    checkErrors(measured.total(), measured.failures()),
    checkErrorsOfSteps(steps),
    checkGenerator(measured.lateness()),
  ];
}

/** A few errors are acceptable, but no wrong response is. */
export function checkAnswers(failures: readonly Failure[]): Target {
  const wrong = failures.filter(({ code }) => WRONG.includes(code));
  const detail = wrong.map(({ step, code, count, example }) => `${code} × ${count} in ${step} (${example})`).join(', ');
  return { met: wrong.length === 0, text: withDetail('no answer is wrong and no event of a stream is lost', detail) };
}

/** Open model: whether a user was always free to begin a visit. */
export function checkArrivals(unserved: number): Target {
  const detail = unserved === 0 ? '' : `${unserved} visits found nobody, so the run is not valid; raise USERS`;
  return { met: unserved === 0, text: withDetail('a free user for every visit', detail) };
}

/** Whether the latency of this step is within the target. True for a step without one. */
export function isFast({ paced, p95, count }: StepFigures, minCount = 1): boolean {
  return paced === true || count < minCount || p95 < MAX_P95_MS;
}

/** Whether the errors of this step are within the target. */
export function isSound({ count, errors }: StepFigures): boolean {
  return errors < MIN_ERRORS_OF_STEP || errors / count < MAX_ERROR_RATE;
}

/** @returns the slowest of the steps with a latency target; undefined if nothing was measured */
export function slowestOf(steps: readonly StepFigures[], minCount = 1): StepFigures | undefined {
  const judged = steps.filter(({ paced, count, errors }) => !paced && count >= minCount && count > errors);
  return judged.toSorted((a, b) => b.p95 - a.p95)[0];
}

function checkLatency(steps: readonly StepFigures[], minCount: number): Target {
  const slow = steps.filter((step) => !isFast(step, minCount));
  const answered = steps.some((step) => step.count > step.errors);
  const unreached = steps.filter(({ count, paced }) => count === 0 && !paced).map(({ name }) => name);
  const which = unreached.length === 0 ? 'every step' : `every step that was reached (not ${unreached.join(', ')})`;
  const text = `p95 below ${MAX_P95_MS} ms in ${which}`;
  const detail = answered ? slow.map(({ name, p95 }) => `${name} ${Math.round(p95)} ms`).join(', ') : 'nothing was answered';
  return { met: answered && slow.length === 0, text: withDetail(text, detail) };
}

function checkErrors({ requests, errors }: { requests: number; errors: number }, failures: readonly Failure[]): Target {
  const rate = requests === 0 ? 1 : errors / requests;
  const met = rate < MAX_ERROR_RATE;
  const worst = failures.slice(0, 3).map(({ step, code, count }) => `${code} × ${count} in ${step}`);
  return {
    met,
    text: withDetail(`errors below ${percent(MAX_ERROR_RATE)} of requests`, [percent(rate), ...(met ? [] : worst)].join(', ')),
  };
}

function checkErrorsOfSteps(steps: readonly StepFigures[]): Target {
  const detail = steps
    .filter((step) => !isSound(step))
    .map(({ name, count, errors }) => `${name} ${percent(errors / count)}`)
    .join(', ');
  const text = `errors below ${percent(MAX_ERROR_RATE)} in every step (from ${MIN_ERRORS_OF_STEP} errors on)`;
  return { met: detail === '', text: withDetail(text, detail) };
}

function checkGenerator({ p99 }: Latency): Target {
  const met = p99 <= MAX_LATENESS_MS;
  const detail = met ? '' : `p99 ${Math.round(p99)} ms: the generator was the bottleneck, so the run is not valid`;
  return { met, text: withDetail(`the generator at most ${MAX_LATENESS_MS} ms late at p99`, detail) };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share === MAX_ERROR_RATE ? 0 : 2)} %`;
}

function withDetail(text: string, detail: string): string {
  return detail === '' ? text : `${text}: ${detail}`;
}
