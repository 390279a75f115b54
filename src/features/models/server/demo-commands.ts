/** The sentences that the demo model understands, and the tool call for each. */

export interface Command {
  tool: string;
  input: Record<string, unknown>;
  /** The model's text before the call. */
  intro: string;
}

export const help = `I am the **demo model**: a small built-in program, not a language model. I understand a few sentences and run them with the same tools a language model would use:

- \`list the files\`
- \`read notes.md\`
- \`write notes.md: what to write\`
- \`edit notes.md: replace "this" by "that"\`
- \`move notes.md to done/notes.md\`
- \`delete notes.md\`
- \`search for a word\`
- \`run wc -l *.md\`
- \`fetch https://example.com\`
- \`tell the time for 10 s, 50 times a second\`

Join several with “then”. To use a language model, an admin adds a provider under Settings → Models, or the operator sets a key or the address of a model server: see \`.env.example\`.`;

/** `a.md`, optionally quoted, with optional filler words before it. */
const file = String.raw`(?:the\s+)?(?:new\s+)?(?:file\s+)?[\`"'“]?([^\s:\`"'“”]+?)[\`"'”]?`;
const quoted = String.raw`[\`"'“]([^\`"“”]+?)[\`"'”]`;
const sentence = (source: string) => new RegExp(`^(?:${source})[.?!]?$`, 'i');

/** In order: the first match applies. */
const forms: [form: RegExp, command: (...parts: string[]) => Command][] = [
  [
    /^(?:write|create|save|make)\s+(?:(?:a|the|to)\s+)?(?:new\s+)?(?:file\s+)?[`"']?([^\s:`"']+)[`"']?\s*(?::|\bwith\b|\bsaying\b)\s*([\s\S]+)$/i,
    (path = '', content = '') => ({ tool: 'write_file', input: { path, content: `${content.trim()}\n` }, intro: `I write \`${path}\`.` }),
  ],
  [
    sentence(String.raw`(?:edit|change|in)\s+${file}\s*[:,]?\s+replace\s+${quoted}\s+(?:by|with)\s+${quoted}`),
    (path = '', old = '', text = '') => ({ tool: 'edit_file', input: { path, old, new: text }, intro: `I edit \`${path}\`.` }),
  ],
  [
    sentence(String.raw`(?:move|rename)\s+${file}\s+(?:to|into|as)\s+${file}`),
    (from = '', to = '') => ({ tool: 'move_file', input: { from, to }, intro: `I move \`${from}\` to \`${to}\`.` }),
  ],
  [
    sentence(String.raw`(?:delete|remove)\s+${file}`),
    (path = '') => ({ tool: 'delete_file', input: { path }, intro: `I delete \`${path}\`.` }),
  ],
  [
    sentence(String.raw`(?:fetch|open|read|get|load)\s+(?:the\s+)?(?:page\s+)?[\`"'<]?(https?://[^\s\`"'>]+?)[\`"'>]?`),
    (url = '') => ({ tool: 'fetch_page', input: { url }, intro: `I fetch ${url}.` }),
  ],
  [
    /^(?:run|execute)\s+(?:the\s+command\s+)?(?:`([\s\S]+)`[.!]?|([\s\S]+))$/i,
    (inTicks, plain = '') => ({
      tool: 'bash',
      input: { command: (inTicks ?? plain).trim() },
      intro: `I run \`${(inTicks ?? plain).trim()}\`.`,
    }),
  ],
  [
    sentence(String.raw`(?:read|open|show|print)\s+(?:me\s+)?(?!(?:the\s+)?files?[.?!]?$)${file}`),
    (path = '') => ({ tool: 'read_file', input: { path }, intro: `I read \`${path}\`.` }),
  ],
  [
    /^(?:search|look|grep|find)\s+(?:for\s+)?[`"“']?(.+?)[`"”']?[.?!]?$/i,
    (text = '') => ({ tool: 'search_files', input: { text }, intro: `I search for “${text}”.` }),
  ],
  [/\b(?:list|show|what|which)\b.*\bfiles?\b/i, () => ({ tool: 'list_files', input: {}, intro: 'I list the files.' })],
];

/** @returns the command of a sentence; undefined if it matches no form */
export function readSentence(said: string): Command | undefined {
  const text = said.trim().replace(/^(?:please|now|and)\s+/i, '');
  for (const [form, command] of forms) {
    const match = form.exec(text);
    if (match) return command(...match.slice(1));
  }
  return undefined;
}

const FIRST_WORDS = 'list|read|write|search|move|rename|delete|remove|edit|run|fetch';
const between = new RegExp(String.raw`\s*(?:[,;.]\s+)?\bthen\b\s+|\n+(?=(?:please |then )?(?:${FIRST_WORDS})\b)`, 'i');

/** A message may contain several sentences in sequence. */
export function readCommands(message: string): (Command | undefined)[] {
  return message
    .split(between)
    .filter((said) => said.trim() !== '')
    .map(readSentence);
}
