/** Formats a text in the common style of its language. Each formatter is loaded when it is first used. */
import type { Plugin } from 'prettier';
import { extensionOf } from '#features/files/path.ts';

interface Formatter {
  parser: string;
  plugins: () => Promise<Plugin[]>;
}

const scripts = async (): Promise<Plugin[]> => {
  const [babel, estree] = await Promise.all([import('prettier/plugins/babel'), import('prettier/plugins/estree')]);
  return [babel.default, estree.default as Plugin];
};
const css = async () => [(await import('prettier/plugins/postcss')).default];
const html = async () => [(await import('prettier/plugins/html')).default];
const markdown = async () => [(await import('prettier/plugins/markdown')).default];
const yaml = async () => [(await import('prettier/plugins/yaml')).default];

const formatters = new Map<string, Formatter>();
for (const [parser, plugins, extensions] of [
  ['babel', scripts, 'js cjs mjs jsx'],
  ['babel-ts', scripts, 'ts cts mts tsx'],
  ['json', scripts, 'json jsonc json5 webmanifest'],
  ['css', css, 'css'],
  ['scss', css, 'scss'],
  ['less', css, 'less'],
  ['html', html, 'html htm'],
  ['markdown', markdown, 'md markdown'],
  ['yaml', yaml, 'yaml yml'],
] as const)
  for (const extension of extensions.split(' ')) formatters.set(extension, { parser, plugins });

export const canFormat = (path: string): boolean => formatters.has(extensionOf(path));

/** @throws an error that names the line if the text has a mistake in it */
export async function formatText(path: string, text: string): Promise<string> {
  const formatter = formatters.get(extensionOf(path));
  if (!formatter) return text;
  const [{ format }, plugins] = await Promise.all([import('prettier/standalone'), formatter.plugins()]);
  return format(text, {
    parser: formatter.parser,
    plugins,
    embeddedLanguageFormatting: 'off',
    endOfLine: 'auto',
    ...styleOf(text),
  });
}

/** What the file does already: a team’s style, as far as it shows. */
function styleOf(text: string): { useTabs: boolean; tabWidth: number; singleQuote: boolean; printWidth: number } {
  const indents = text.match(/^(?:\t+| {2,})(?=\S)/gm) ?? [];
  const tabs = indents.filter((indent) => indent.startsWith('\t')).length;
  const spaces = indents.filter((indent) => indent.startsWith(' ')).map((indent) => indent.length);
  const four = spaces.length > 0 && spaces.every((length) => length % 4 === 0);
  const single = (text.match(/'/g) ?? []).length;
  const double = (text.match(/"/g) ?? []).length;
  return { useTabs: tabs > indents.length / 2, tabWidth: four ? 4 : 2, singleQuote: single > double, printWidth: 100 };
}
