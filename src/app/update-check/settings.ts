/** Compares the settings given here with those that this version knows. */
import { environment, surveyConfig } from '../config.ts';

export interface SettingsCheck {
  /** Why this version would not start, as sentences. */
  problems: string[];
  /** Set here, and not known: gone, or misspelled. */
  unknown: { name: string; likely?: string }[];
  /** Known, and not mentioned in the file, not even in a comment: new since it was written. */
  unmentioned: string[];
}

const known = Object.keys(environment.shape);
/** Names in a file that are no settings of ours, and meant for Node, the system or PostgreSQL's driver. */
const FOREIGN = /^(?:NODE_(?:OPTIONS|EXTRA_CA_CERTS)|TZ|LANG|LC_\w+|PATH|HOME|UV_\w+|PG[A-Z]+|OTEL_\w+|npm_\w+)$/;
/** Edits between a name and a setting of which it may be a misspelling. */
const MAX_EDITS = 2;

/** @param file the text of .env, if there is one @param variables the whole environment, with those of the file */
export function checkSettings(file: string | undefined, variables: Record<string, string | undefined>): SettingsCheck {
  const inFile = namesIn(file ?? '', /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/gm);
  const mentioned = namesIn(file ?? '', /^[\s#]*(?:export\s+)?([A-Za-z_]\w*)\s*=/gm);
  const names = [...new Set([...inFile, ...Object.keys(variables).filter(looksLikeOurs)])];
  return {
    problems: surveyConfig(variables).problems.map(({ message }) => message),
    unknown: names.filter((name) => !known.includes(name) && !FOREIGN.test(name)).map((name) => ({ name, ...likelyFor(name) })),
    unmentioned: file === undefined ? [] : known.filter((name) => !mentioned.includes(name) && variables[name] === undefined),
  };
}

const namesIn = (text: string, form: RegExp): string[] => [...new Set([...text.matchAll(form)].map(([, name = '']) => name))];

/** Outside the file are variables of other programs too: those count that begin with two words of a setting, or are nearly one. */
function looksLikeOurs(name: string): boolean {
  const beginning = name.split('_').slice(0, 2).join('_');
  const isFamily = beginning.includes('_') && known.some((setting) => setting.startsWith(`${beginning}_`));
  return isFamily || likelyFor(name) !== undefined;
}

function likelyFor(name: string): { likely: string } | undefined {
  const [nearest] = known
    .map((setting) => ({ setting, edits: editsBetween(name, setting) }))
    .filter(({ edits, setting }) => edits <= MAX_EDITS && edits < setting.length / 3)
    .sort((one, other) => one.edits - other.edits);
  return nearest && { likely: nearest.setting };
}

/** Insertions, deletions and replacements that turn one into the other. */
function editsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let at = 1; at <= one.length; at++) {
    const next = [at];
    for (let to = 1; to <= other.length; to++) {
      const replaced = (row[to - 1] ?? 0) + (one[at - 1] === other[to - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[to] ?? 0) + 1, (next[to - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
