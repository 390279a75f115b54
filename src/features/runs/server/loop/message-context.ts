/**
 * Context of a message for the model: who wrote it, when, and which files the project had. Derived from the log alone, so that the prefix
 * stays the same at each later step, and providers charge less for a cached prefix.
 */
import type { Files } from '#features/files/server/files.ts';
import { cut } from '../../characters.ts';
import type { Turn } from '../../conversation.ts';
import type { MessageContext } from '../../events.ts';

type Message = Extract<Turn, { kind: 'message' }>;

const UTC = 'UTC';
const MAX_NAME = 100;
const formats = new Map<string, Intl.DateTimeFormat>();
/** There are about 400 zones, and as many aliases. */
const MAX_FORMATS = 1000;

/** @returns undefined for an unknown zone: a browser may be newer than this server */
function formatIn(timeZone: string): Intl.DateTimeFormat | undefined {
  const known = formats.get(timeZone);
  if (known) return known;
  try {
    const format = new Intl.DateTimeFormat('en-US', { dateStyle: 'full', timeStyle: 'short', timeZone });
    if (formats.size < MAX_FORMATS) formats.set(timeZone, format);
    return format;
  } catch {
    return undefined;
  }
}

/** Such as Monday, November 30, 2026 at 2:05 PM, with its time zone. */
function formatTime(at: string, timeZone = UTC): { day: string; time: string } {
  const format = formatIn(timeZone);
  // ICU puts a narrow space before AM and PM.
  const time = (format ?? formatIn(UTC))?.format(new Date(at)).replace(/\s+/g, ' ') ?? at;
  return { day: time.split(' at ')[0] ?? time, time: `${time} (${format ? timeZone : UTC})` };
}

/** Fenced: nothing in it can close the fence. */
export function describeMessage({ by, at, context }: Message): string {
  const lines = [
    `From ${cut(by.name.replace(/\s+/g, ' '), MAX_NAME)}, ${formatTime(at, context?.timeZone).time}.`,
    ...describeFiles(context?.files),
  ];
  return `<context>\n${lines.join('\n').replaceAll(/<(?=\s*\/?\s*context)/gi, '&lt;')}\n</context>`;
}

function describeFiles(files: MessageContext['files']): string[] {
  if (!files) return [];
  if (files.count === 0) return ['The project has no files yet.'];
  const head = files.count === 1 ? 'The project has 1 file:' : `The project has ${files.count.toLocaleString('en')} files:`;
  return [head, ...files.lines, ...(files.more > 0 ? [`(${files.more.toLocaleString('en')} more; use list_files to see them.)`] : [])];
}

/** Adds a note to a result when the day has changed since the last message or note. */
export function createDayTracker() {
  let day: string | undefined;
  let timeZone: string | undefined;
  return {
    set({ at, context }: Message): void {
      timeZone = context?.timeZone;
      day = formatTime(at, timeZone).day;
    },
    /** @param at time of a result */
    noteOf(at: string): string | undefined {
      const now = formatTime(at, timeZone).day;
      if (day === undefined || now === day) return undefined;
      day = now;
      return `\n(It is now ${now}.)`;
    },
  };
}

/** Limits of the file list. */
const MAX_LINES = 100;
const MAX_LINE = 200;
const MAX_CHARACTERS = 5000;

/** @param timeZone of the author, if known */
export async function readContext(files: Files, projectId: string, timeZone: string | undefined): Promise<MessageContext> {
  const outline = await files.outline(projectId, MAX_LINES);
  const zone = timeZone !== undefined && formatIn(timeZone) ? { timeZone } : {};
  let remaining = MAX_CHARACTERS;
  const lines = outline.lines
    .map((line) => cut(line, MAX_LINE))
    .filter((line) => {
      remaining -= line.length + 1;
      return remaining >= 0;
    });
  return { ...zone, files: { ...outline, lines, more: outline.more + outline.lines.length - lines.length } };
}
