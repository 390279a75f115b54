/** How to load a file of a change that is not shown with the others. */
import { type Call, urlOf } from '#wire/call.ts';
import { type Change, type FileDiff, getChange, readFile } from './contract.ts';

export function singleFileOf(
  call: Call,
  projectId: string,
  { id: changeId, number }: Pick<Change, 'id' | 'number'>,
  { path, before, after }: Pick<FileDiff, 'path' | 'before' | 'after'>,
) {
  const address = (at: number) => urlOf(readFile, { params: { projectId }, query: { path, at } });
  return {
    load: async () => (await call(getChange, { params: { changeId }, query: { path } })).body.files[0]?.diff ?? null,
    before: before === null ? undefined : address(number - 1),
    after: after === null ? undefined : address(number),
  };
}
