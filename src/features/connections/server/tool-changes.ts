/** How a tool differs from what an admin turned on, as lines to be read. */
import { diffText } from '#features/files/server/files.ts';
import type { Definition } from './tool-definition.ts';

const WIDTH = 100;

/** @returns a unified diff, hunks only */
export function diffDefinitions(before: Definition, now: Definition): string {
  const [from, to] = [before, now].map((definition) => Buffer.from(writeDefinition(definition)));
  const found = diffText(from ?? null, to ?? null);
  return 'diff' in found ? found.diff : '';
}

function writeDefinition({ title, description, inputSchema, annotations }: Definition): string {
  const parts = [
    ...(title === undefined ? [] : [`Title: ${title}`]),
    'Description:',
    ...description.split(/\r\n|\n|\r/).flatMap(wrap),
    'Input:',
    ...JSON.stringify(inputSchema, null, 2).split('\n').flatMap(wrap),
    ...(annotations === undefined ? [] : ['Hints:', ...JSON.stringify(annotations, null, 2).split('\n')]),
  ];
  return `${parts.join('\n')}\n`;
}

/** So that in a paragraph of one line, the words that differ stand by themselves. */
function wrap(line: string): string[] {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > WIDTH) {
    const space = rest.lastIndexOf(' ', WIDTH);
    const end = space > WIDTH / 2 ? space + 1 : WIDTH;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [...lines, rest];
}
