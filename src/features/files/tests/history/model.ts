/** What a project’s files are after each change, in memory: the changes that were acknowledged, applied in the order of their numbers. */
import assert from 'node:assert/strict';
import { mergeText } from '../../merge-text.ts';

interface FileState {
  text: string;
  executable: boolean;
}
export type State = ReadonlyMap<string, FileState>;

/** A change as its writer meant it; `base` is the text it is based on, null: no file. */
export type Action =
  | { do: 'save'; path: string; base: string | null; text: string }
  /** `base`: undefined for a folder, or a file whatever it contains. */
  | { do: 'delete'; path: string; base: string | undefined }
  | { do: 'move'; from: string; to: string }
  | { do: 'import'; conflicts: 'refuse' | 'replace' | 'skip'; files: (FileState & { path: string })[] }
  | { do: 'batch'; edits: { path: string; base: string | null; text: string | null }[] }
  | { do: 'revert'; number: number }
  | { do: 'restore'; at: number; path: string | undefined };

type Effects = Map<string, { before: FileState | undefined; after: FileState | undefined }>;

const isIn = (path: string, scope: string | undefined) => scope === undefined || path === scope || path.startsWith(`${scope}/`);

export function createModel() {
  /** By the number of the change. */
  const states: State[] = [new Map()];
  const effects: Effects[] = [new Map()];
  const undoneBy = new Map<number, number>();

  function next(number: number, action: Action): Map<string, FileState> {
    const now = new Map(states[number - 1]);
    const requireBase = (path: string, base: string | null) => assert.equal(now.get(path)?.text ?? null, base, `${path} before ${number}`);
    switch (action.do) {
      case 'save':
        requireBase(action.path, action.base);
        now.set(action.path, { text: action.text, executable: now.get(action.path)?.executable ?? false });
        break;
      case 'delete':
        if (action.base !== undefined) requireBase(action.path, action.base);
        for (const path of now.keys()) if (isIn(path, action.path)) now.delete(path);
        break;
      case 'move':
        for (const path of now.keys()) assert.ok(!isIn(path, action.to), `${path} was there before ${number}`);
        for (const [path, file] of [...now].filter(([path]) => isIn(path, action.from))) {
          now.delete(path);
          now.set(action.to + path.slice(action.from.length), file);
        }
        break;
      case 'import':
        for (const { path, ...file } of action.files) {
          const there = now.get(path);
          if (there && action.conflicts === 'skip') continue;
          assert.ok(!there || there.text === file.text || action.conflicts === 'replace', `${path} was there before ${number}`);
          now.set(path, file);
        }
        break;
      case 'batch':
        for (const { path, base, text } of action.edits) {
          requireBase(path, base);
          if (text === null) now.delete(path);
          // A file that was deleted gets back its last mode.
          else now.set(path, { text, executable: (now.get(path) ?? lastOf(path, number))?.executable ?? false });
        }
        break;
      case 'revert':
        revert(number, action.number, now);
        break;
      case 'restore':
        for (const path of now.keys()) if (isIn(path, action.path)) now.delete(path);
        for (const [path, file] of states[action.at] ?? []) if (isIn(path, action.path)) now.set(path, file);
        break;
    }
    return now;
  }

  function lastOf(path: string, before: number): FileState | undefined {
    for (let number = before - 1; number > 0; number--) {
      const file = states[number]?.get(path);
      if (file) return file;
    }
    return undefined;
  }

  function revert(number: number, of: number, now: Map<string, FileState>): void {
    assert.ok(!undoneBy.has(of), `${of} was undone before ${number}`);
    for (const [path, { before, after }] of effects[of] ?? []) {
      const file = undone(now.get(path), before, after);
      if (file) now.set(path, file);
      else now.delete(path);
    }
    for (const [change, by] of undoneBy) if (by === of) undoneBy.delete(change);
    undoneBy.set(of, number);
  }

  return {
    /** @returns the paths that it changed */
    apply(number: number, action: Action): string[] {
      assert.equal(number, states.length, 'changes are numbered without gaps');
      const now = next(number, action);
      states.push(now);
      effects.push(differences(states[number - 1] ?? new Map(), now));
      return [...(effects[number] ?? new Map()).keys()].sort();
    },
    stateAt: (number: number): State => states[number] ?? new Map(),
    pathsOf: (number: number): string[] => [...(effects[number] ?? new Map()).keys()].sort(),
    isUndone: (number: number): boolean => undoneBy.has(number),
  };
}

export function differences(from: State, to: State): Effects {
  const found: Effects = new Map();
  for (const path of new Set([...from.keys(), ...to.keys()])) {
    const [before, after] = [from.get(path), to.get(path)];
    if (before?.text !== after?.text || before?.executable !== after?.executable) found.set(path, { before, after });
  }
  return found;
}

/** A file once what turned it from `before` into `after` is undone. @throws where the server refuses */
function undone(now: FileState | undefined, before: FileState | undefined, after: FileState | undefined): FileState | undefined {
  if (now?.text === before?.text && !(now && before)) return now;
  if (now?.text === after?.text && !(now && before && after)) return before;
  if (now && before && !after && now.text === before.text) return now;
  assert.ok(now && before && after, 'a file that exists on one side only is not merged');
  const executable = now.executable === after.executable ? before.executable : now.executable;
  if (now.text === before.text) return { text: now.text, executable };
  if (now.text === after.text) return { text: before.text, executable };
  const merged = mergeText(after.text, now.text, before.text);
  assert.ok('text' in merged, 'a conflict is not merged');
  return { text: merged.text, executable };
}
