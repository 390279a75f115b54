/** Shows how a tool differs from what an admin turned on, line by line. */
import { diffText } from '#features/files/server/files.ts';
import type { Definition } from './tool-definition.ts';

const WIDTH = 100;

/** @returns the hunks of a unified diff */
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

/** Breaks long lines, so that in a one-line paragraph only the words that differ show up. */
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
