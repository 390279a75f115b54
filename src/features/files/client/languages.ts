/** The language of a file by its name; each is loaded when the first such file is opened. */
import { LanguageSupport, StreamLanguage, type StreamParser } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { extensionOf } from '#features/files/path.ts';
import { nameOf } from './text.ts';

type Load = () => Promise<Extension>;

const javascript = (options: { typescript?: boolean; jsx?: boolean }) => async () =>
  (await import('@codemirror/lang-javascript')).javascript(options);
const legacy = (load: () => Promise<StreamParser<unknown>>) => async () => new LanguageSupport(StreamLanguage.define(await load()));
const html = async () => (await import('@codemirror/lang-html')).html();
const xml = async () => (await import('@codemirror/lang-xml')).xml();

const loaders: readonly (readonly [string, Load])[] = [
  ['js cjs mjs', javascript({})],
  ['jsx', javascript({ jsx: true })],
  ['ts cts mts', javascript({ typescript: true })],
  ['tsx', javascript({ typescript: true, jsx: true })],
  ['json jsonc json5 jsonl ndjson geojson webmanifest', async () => (await import('@codemirror/lang-json')).json()],
  ['md markdown mdx', async () => (await import('@codemirror/lang-markdown')).markdown()],
  ['css', async () => (await import('@codemirror/lang-css')).css()],
  ['html htm vue svelte', html],
  ['xml svg xsd xsl rss atom plist', xml],
  ['py pyi', async () => (await import('@codemirror/lang-python')).python()],
  ['yaml yml', async () => (await import('@codemirror/lang-yaml')).yaml()],
  ['sql', async () => (await import('@codemirror/lang-sql')).sql()],
  ['rs', async () => (await import('@codemirror/lang-rust')).rust()],
  ['go', async () => (await import('@codemirror/lang-go')).go()],
  ['java', async () => (await import('@codemirror/lang-java')).java()],
  ['c h cc cpp cxx hh hpp', async () => (await import('@codemirror/lang-cpp')).cpp()],
  ['php', async () => (await import('@codemirror/lang-php')).php()],
  ['sh bash zsh', legacy(async () => (await import('@codemirror/legacy-modes/mode/shell')).shell)],
  ['rb', legacy(async () => (await import('@codemirror/legacy-modes/mode/ruby')).ruby)],
  ['toml', legacy(async () => (await import('@codemirror/legacy-modes/mode/toml')).toml)],
  ['ini cfg conf properties env', legacy(async () => (await import('@codemirror/legacy-modes/mode/properties')).properties)],
  ['kt kts', legacy(async () => (await import('@codemirror/legacy-modes/mode/clike')).kotlin)],
  ['cs', legacy(async () => (await import('@codemirror/legacy-modes/mode/clike')).csharp)],
  ['swift', legacy(async () => (await import('@codemirror/legacy-modes/mode/swift')).swift)],
  ['lua', legacy(async () => (await import('@codemirror/legacy-modes/mode/lua')).lua)],
  ['r', legacy(async () => (await import('@codemirror/legacy-modes/mode/r')).r)],
  ['scss', legacy(async () => (await import('@codemirror/legacy-modes/mode/css')).sCSS)],
  ['less', legacy(async () => (await import('@codemirror/legacy-modes/mode/css')).less)],
  ['diff patch', legacy(async () => (await import('@codemirror/legacy-modes/mode/diff')).diff)],
];
const byExtension = new Map(loaders.flatMap(([extensions, load]) => extensions.split(' ').map((extension) => [extension, load] as const)));
const byName = new Map<string, Load>([
  ['dockerfile', legacy(async () => (await import('@codemirror/legacy-modes/mode/dockerfile')).dockerFile)],
  ['cmakelists.txt', legacy(async () => (await import('@codemirror/legacy-modes/mode/cmake')).cmake)],
]);

/** @returns undefined for an unknown language: plain text */
export const loadLanguage = (path: string): Promise<Extension> | undefined =>
  (byName.get(nameOf(path).toLowerCase()) ?? byExtension.get(extensionOf(path)))?.();
