/** Parses the input of a tool call from the JSON text that a model wrote. */
import { parseJson } from './read-events.ts';

/** Levels of arrays and objects. Deeper ones cannot be stored. */
const MAX_DEPTH = 200;

/** Whether the text is a complete JSON value. */
export const isWhole = (text: string): boolean => text.trim() !== '' && parseInput(text) !== undefined;

/** @returns the raw text if it is not JSON or cannot be stored; the loop reports that to the model */
export function readInput(text: string): unknown {
  if (text.trim() === '') return {};
  const input = parseInput(text);
  return input === undefined || isDeeper(input, MAX_DEPTH) ? text : input;
}

/** Some servers send an empty object before the input, or repeat the whole input at the end. */
function parseInput(text: string): unknown {
  const parsed = parseJson(text);
  if (parsed !== undefined) return parsed;
  const trimmed = text.trim();
  if (/^\{\s*\}\s*\S/.test(trimmed)) return parseJson(trimmed.replace(/^\{\s*\}/, ''));
  const half = trimmed.length / 2;
  return trimmed.slice(0, half) === trimmed.slice(half) ? parseJson(trimmed.slice(0, half)) : undefined;
}

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' && value !== null && (levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1)));
