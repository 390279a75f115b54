/** Moving, renaming, copying and deleting, each as one change that a toast offers to undo. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { arrangeFiles, MAX_ARRANGED } from '#features/files/arrange-contract.ts';
import { type Change, deleteFile, moveFile } from '#features/files/contract.ts';
import { call } from '#ui/app/call.ts';
import { explain, fieldError } from '#ui/format/explain.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { showFailure, showToast } from '#ui/primitives/toast.tsx';
import { markPath } from '#wire/hidden-characters.ts';
import { nameOf, titleOf } from '../text.ts';
import type { Undo } from '../undo/use-undo.ts';
import { type Listing, listingKey } from './listing.ts';
import { noteChange } from './note-change.ts';
import { copyName, joinPath, parentOf, topmost } from './paths.ts';
import { texts } from './texts.ts';

export interface Move {
  from: string;
  to: string;
}

interface Arrangement {
  moves?: Move[];
  copies?: Move[];
  deletes?: string[];
}

interface ArrangeOptions {
  projectId: string;
  undo: Undo;
  /** Open files follow. */
  onMoved: (moves: readonly Move[]) => void;
  onDeleted: (paths: readonly string[]) => void;
}

/** A single file or folder has an endpoint of its own. */
async function send(projectId: string, { moves = [], copies = [], deletes = [] }: Arrangement): Promise<Change | null> {
  const params = { projectId };
  const [move, path] = [moves[0], deletes[0]];
  const one = moves.length + copies.length + deletes.length === 1;
  if (one && move) return (await call(moveFile, { params, body: move })).body.change;
  if (one && path !== undefined) return (await call(deleteFile, { params, query: { path } })).body.change;
  return (await call(arrangeFiles, { params, body: { moves, copies, deletes } })).body.change;
}

export function useArrange({ projectId, undo, onMoved, onDeleted }: ArrangeOptions) {
  const client = useQueryClient();
  const { mutateAsync } = useMutation({ mutationFn: (what: Arrangement) => send(projectId, what), meta: { inline: true } });
  /** @param follow called before the rows follow: open files are not to look gone */
  const apply = async (what: Arrangement, follow?: () => void): Promise<Change | null> => {
    const change = await mutateAsync(what);
    follow?.();
    await noteChange(client, projectId, change);
    return change;
  };
  const tell = (text: string, change: Change | null, undone?: () => void) => {
    const action = change && { label: texts.undo, onSelect: () => undo.undo(change, undone) };
    showToast(text, action ? { action } : {});
  };
  /** @returns undefined if it failed, which has been shown */
  const attempt = async (what: Arrangement, follow?: () => void): Promise<Change | null | undefined> => {
    if ((what.moves ?? what.copies ?? what.deletes ?? []).length > MAX_ARRANGED) {
      showToast(texts.tooMany(formatNumber(MAX_ARRANGED)), { kind: 'danger' });
      return undefined;
    }
    return apply(what, follow).catch((error: unknown) => void showFailure(error));
  };
  const tellMoved = (moves: Move[], change: Change | null, text: string) =>
    tell(text, change, () => onMoved(moves.map(({ from, to }) => ({ from: to, to: from }))));

  return {
    /** @returns a sentence if it failed */
    rename: async (from: string, to: string): Promise<string | undefined> => {
      try {
        const moves = [{ from, to }];
        const change = await apply({ moves }, () => onMoved(moves));
        tellMoved(moves, change, texts.renamed(titleOf(from), parentOf(from) === parentOf(to) ? titleOf(to) : markPath(to)));
      } catch (error) {
        return fieldError(error, 'to') ?? explain(error);
      }
    },
    move: async (paths: readonly string[], folder: string): Promise<boolean> => {
      const moves = topmost(paths).map((from) => ({ from, to: joinPath(folder, nameOf(from)) }));
      const change = await attempt({ moves }, () => onMoved(moves));
      const [first] = moves;
      if (change === undefined || !first) return false;
      const where = markPath(folder);
      tellMoved(moves, change, moves.length === 1 ? texts.moved(titleOf(first.from), where) : texts.movedMany(moves.length, where));
      return true;
    },
    /** @returns the paths of the copies */
    duplicate: async (paths: readonly string[]): Promise<readonly string[]> => {
      const namesIn = (folder: string) =>
        (client.getQueryData<Listing>(listingKey(projectId, folder))?.entries ?? []).map(({ path }) => nameOf(path));
      const taken = new Map<string, Set<string>>();
      const copies = topmost(paths).map((from) => {
        const folder = parentOf(from);
        const names = taken.get(folder) ?? new Set(namesIn(folder));
        const name = copyName(from, names);
        taken.set(folder, names.add(name));
        return { from, to: joinPath(folder, name) };
      });
      const change = await attempt({ copies });
      const [first] = copies;
      if (change === undefined || !first) return [];
      tell(copies.length === 1 ? texts.duplicated(titleOf(first.to)) : texts.duplicatedMany(copies.length), change);
      return copies.map(({ to }) => to);
    },
    remove: async (paths: readonly string[]): Promise<void> => {
      const deletes = topmost(paths);
      const change = await attempt({ deletes }, () => onDeleted(deletes));
      if (change === undefined) return;
      tell(deletes.length === 1 ? texts.removed(titleOf(deletes[0] ?? '')) : texts.removedMany(deletes.length), change);
    },
  };
}
