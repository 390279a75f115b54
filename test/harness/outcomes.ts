import { ProblemError } from '#wire/call.ts';

export const refusal = (code: string, status = 409) => ({ code, status });
/** Awaits every attempt, and returns `done` or the problem's code for each. */
export const outcomes = async (attempts: Promise<unknown>[]): Promise<string[]> =>
  Promise.all(
    attempts.map((attempt) =>
      attempt.then(
        () => 'done',
        (error: unknown) => (error instanceof ProblemError ? error.code : String(error)),
      ),
    ),
  );
export const count = (all: string[], outcome: string) => all.filter((one) => one === outcome).length;
