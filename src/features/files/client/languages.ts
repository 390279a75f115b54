/** The language of a file by its extension; each is loaded when the first such file is opened. */
import type { Extension } from '@codemirror/state';
import { extensionOf } from '#features/files/path.ts';

const javascript = async (options: { typescript?: boolean; jsx?: boolean }) =>
  (await import('@codemirror/lang-javascript')).javascript(options);
const json = async () => (await import('@codemirror/lang-json')).json();
const markdown = async () => (await import('@codemirror/lang-markdown')).markdown();
const css = async () => (await import('@codemirror/lang-css')).css();
const html = async () => (await import('@codemirror/lang-html')).html();
const python = async () => (await import('@codemirror/lang-python')).python();

const loaders = new Map<string, () => Promise<Extension>>([
  ['js', () => javascript({})],
  ['cjs', () => javascript({})],
  ['mjs', () => javascript({})],
  ['jsx', () => javascript({ jsx: true })],
  ['ts', () => javascript({ typescript: true })],
  ['cts', () => javascript({ typescript: true })],
  ['mts', () => javascript({ typescript: true })],
  ['tsx', () => javascript({ typescript: true, jsx: true })],
  ['json', json],
  ['md', markdown],
  ['markdown', markdown],
  ['css', css],
  ['html', html],
  ['htm', html],
  ['svg', html],
  ['py', python],
]);

/** @returns undefined for an unknown language: plain text */
export const loadLanguage = (path: string): Promise<Extension> | undefined => loaders.get(extensionOf(path))?.();
