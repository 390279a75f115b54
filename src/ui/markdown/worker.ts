/**
 * Parses Markdown off the main thread, so that no text can block the page. One text at a time; the page terminates it when it takes too
 * long.
 */
import { loadColours } from './colour-code.ts';
import type { MarkdownDocument } from './document.ts';
import { loadMath } from './draw-math.ts';
import { createMarkdownReader } from './read-markdown.ts';

export type ToWorker = { refused: readonly string[] } | { text: string };
/** `piece`: it is about to parse this one. `loaded`: incomplete documents can be parsed again. */
export type FromWorker = { piece: string } | { document: MarkdownDocument } | { loaded: true };

const post = (message: FromWorker): void => postMessage(message);
let read = createMarkdownReader();
/** Languages that failed to load are not requested again. */
const asked = new Set<string>();

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if ('refused' in data) {
    read = createMarkdownReader(data.refused);
    return;
  }
  const { missing, ...document } = read(data.text, (piece) => post({ piece }));
  post({ document });
  for (const name of missing) {
    if (asked.has(name)) continue;
    asked.add(name);
    const loading = name === 'math' ? loadMath() : loadColours(name);
    loading?.then(
      () => post({ loaded: true }),
      () => {},
    );
  }
});
