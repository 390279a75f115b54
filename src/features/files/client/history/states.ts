/** The states that can be compared: now, those with a name, and those after the changes in the list. */
import type { Change } from '#features/files/contract.ts';
import type { Point } from '#features/files/history-contract.ts';
import { formatAgo } from '#ui/format/time.tsx';
import type { State } from './comparison.tsx';
import { describeChange } from './describe-change.ts';
import { texts } from './texts.ts';

export function statesOf(points: readonly Point[], changes: readonly Change[]): State[] {
  const named = new Set(points.map(({ at }) => at));
  return [
    { at: undefined, name: texts.now, inSentence: texts.now },
    ...points.map(({ at, name }): State => ({ at, name, inSentence: texts.quoted(name) })),
    ...changes
      .filter(({ number }) => !named.has(number))
      .map((change): State => {
        const { number } = change;
        const ago = formatAgo(change.at);
        return { at: number, name: texts.state(number, describeChange(change), ago), inSentence: texts.after(number, ago) };
      }),
  ];
}
