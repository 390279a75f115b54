import { texts } from '../texts/markdown.ts';

/** Display names of code languages, by the names that models use. */
const names = new Map<string, string>();
for (const [name, ...aliases] of [
  ['Bash', 'bash', 'sh', 'shell', 'zsh', 'console'],
  ['C', 'c', 'h'],
  ['C++', 'cpp', 'c++', 'cc', 'hpp'],
  ['C#', 'csharp', 'cs', 'c#'],
  ['CSS', 'css'],
  ['Diff', 'diff', 'patch'],
  ['Dockerfile', 'dockerfile', 'docker'],
  ['Go', 'go', 'golang'],
  ['HTML', 'html', 'htm', 'svg', 'xml', 'vue'],
  ['Java', 'java'],
  ['JavaScript', 'js', 'javascript', 'mjs', 'cjs', 'jsx'],
  ['JSON', 'json', 'json5', 'jsonc'],
  ['Kotlin', 'kotlin', 'kt'],
  ['Lua', 'lua'],
  ['Markdown', 'markdown', 'md'],
  ['PHP', 'php'],
  ['Python', 'python', 'py', 'python3'],
  ['R', 'r'],
  ['Ruby', 'ruby', 'rb'],
  ['Rust', 'rust', 'rs'],
  ['SQL', 'sql', 'postgresql', 'postgres', 'mysql', 'sqlite', 'plpgsql'],
  ['Swift', 'swift'],
  [texts.plainText, '', 'text', 'txt', 'plain', 'plaintext'],
  ['TOML', 'toml', 'ini'],
  ['TypeScript', 'ts', 'typescript', 'tsx', 'mts', 'cts'],
  ['YAML', 'yaml', 'yml'],
] as const)
  for (const alias of aliases) names.set(alias, name);

/** @param language as written after the fence. @returns an unknown language unchanged */
export const nameLanguage = (language: string): string => names.get(language.toLowerCase()) ?? language;
