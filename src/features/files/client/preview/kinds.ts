/** Which text files can be shown as what they mean. */
import { extensionOf } from '#features/files/path.ts';

export type PreviewKind = 'markdown' | 'svg' | 'table';
/** The text, the text with what it means beside it, or only that. */
export type PreviewMode = 'source' | 'beside' | 'preview';

const kinds = new Map<string, PreviewKind>([
  ['md', 'markdown'],
  ['markdown', 'markdown'],
  ['svg', 'svg'],
  ['csv', 'table'],
  ['tsv', 'table'],
]);

export const previewOf = (path: string): PreviewKind | undefined => kinds.get(extensionOf(path));

/** A table needs all the space. */
export const modesOf = (kind: PreviewKind): readonly PreviewMode[] =>
  kind === 'table' ? ['source', 'preview'] : ['source', 'beside', 'preview'];

export const parseMode = (stored: unknown): PreviewMode => (stored === 'beside' || stored === 'preview' ? stored : 'source');
