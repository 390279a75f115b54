/** How the languages of code are called, by the names that models give them. */
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
  ['Text', '', 'text', 'txt', 'plain', 'plaintext'],
  ['TOML', 'toml', 'ini'],
  ['TypeScript', 'ts', 'typescript', 'tsx', 'mts', 'cts'],
  ['YAML', 'yaml', 'yml'],
] as const)
  for (const alias of aliases) names.set(alias, name);

/** @param language as it stands behind the fence. @returns one that nobody knows as it is written */
export const nameLanguage = (language: string): string => names.get(language.toLowerCase()) ?? language;
