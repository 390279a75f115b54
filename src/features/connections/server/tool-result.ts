/**
 * The result of a call as a model reads it: text verbatim, everything else as type and size. Servers send blocks that no version of the
 * protocol defines; readable ones are shown and the others named, so that one block never costs the rest.
 */
export interface Outcome {
  ok: boolean;
  output: string;
}

type Members = Record<string, unknown>;

const MAX_BLOCKS = 10_000;
/** Characters of one string in values shown as JSON; longer ones are usually encoded bytes. */
const MAX_WITHIN = 5000;

export function readResult(raw: unknown): Outcome {
  if (!isMembers(raw)) return { ok: true, output: typeof raw === 'string' && raw !== '' ? raw : '(Empty result.)' };
  const { content, structuredContent, isError, toolResult, task } = raw;
  // The format before 2024-10.
  if (content === undefined && toolResult !== undefined)
    return readResult(isMembers(toolResult) ? toolResult : { content: toJson(toolResult) });
  if (content === undefined && isMembers(task))
    return { ok: false, output: 'It started a background task and returns its result elsewhere, so the result cannot be read.' };
  const blocks = blocksOf(content);
  const parts = blocks
    .slice(0, MAX_BLOCKS)
    .map(describe)
    .filter((part) => part !== '');
  if (blocks.length > MAX_BLOCKS) parts.push(`[${(blocks.length - MAX_BLOCKS).toLocaleString('en')} more blocks omitted]`);
  const isReadable = blocks.some((block) => isMembers(block) && typeof block['text'] === 'string' && block['text'] !== '');
  if (structuredContent !== undefined && !isReadable) parts.push(toJson(structuredContent));
  if (parts.length === 0) parts.push(...describeRest(raw));
  const saysError = isError === true || isError === 'true' || blocks.some((block) => isMembers(block) && block['type'] === 'error');
  return { ok: !saysError, output: parts.join('\n\n') || '(Empty result.)' };
}

/** The protocol requires a list; some servers send a single block, or just text. */
function blocksOf(content: unknown): readonly unknown[] {
  if (Array.isArray(content)) return content;
  if (content === undefined || content === null) return [];
  return [typeof content === 'string' ? { type: 'text', text: content } : content];
}

function describe(block: unknown): string {
  if (typeof block === 'string') return block;
  if (!isMembers(block)) return `[not an MCP block: ${shorten(toJson(block), 200)}]`;
  const { type, text, mimeType, data, name, uri, resource } = block;
  if (type === 'text' && typeof text === 'string') return text;
  if ((type === 'image' || type === 'audio') && typeof data === 'string') return `[${type}, ${describeKind(mimeType)}, ${size(data)}]`;
  if (type === 'resource_link' && typeof uri === 'string') return `[link to ${typeof name === 'string' ? name : 'a resource'}: ${uri}]`;
  if (type === 'resource' && isMembers(resource)) return describeResource(resource);
  // An unknown type, or a known one that is incomplete.
  const kind = typeof type === 'string' && type !== '' ? `“${shorten(type.replace(/\s+/g, ' '), 40)}”` : 'unknown type';
  if (typeof text === 'string') return `[block of ${kind}]\n${text}`;
  return `[block of ${kind}]\n${toJson(block)}`;
}

function describeResource(resource: Members): string {
  const { uri, text, blob, mimeType } = resource;
  const address = typeof uri === 'string' ? uri : 'a resource without a URI';
  if (typeof text === 'string') return `${address}:\n${text}`;
  if (typeof blob === 'string') return `[${address}, ${describeKind(mimeType, 'bytes')}, ${size(blob)}]`;
  return `[${address}, no readable content]`;
}

/** The remaining members, for servers with a custom format. */
function describeRest({ _meta, content, isError, resultType, ...rest }: Members): string[] {
  return Object.keys(rest).length > 0 ? [toJson(rest)] : [];
}

const isMembers = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value);
const describeKind = (mimeType: unknown, otherwise = 'unknown type') => (typeof mimeType === 'string' ? shorten(mimeType, 100) : otherwise);
const shorten = (text: string, max: number) => (text.length > max ? `${text.slice(0, max)}…` : text);

function toJson(value: unknown): string {
  const shortened = (_: string, member: unknown) =>
    typeof member === 'string' && member.length > MAX_WITHIN
      ? `${member.slice(0, 100)}… (${member.length.toLocaleString('en')} characters)`
      : member;
  return JSON.stringify(value, shortened, 2) ?? '';
}

/** Size of the decoded bytes. */
function size(base64: string): string {
  const bytes = Math.floor((base64.length * 3) / 4);
  return bytes < 1000 ? `${bytes} bytes` : `${Math.round(bytes / 1000).toLocaleString('en')} kB`;
}
