/** What the editor’s pane can show in place of a file. */
export type View =
  | { kind: 'search' }
  /** Of a file or folder; undefined: of the project. */
  | { kind: 'history'; of: string | undefined };

/** From the address. */
export function parseView(kind: string | null, of: string | null): View | undefined {
  if (kind === 'search') return { kind };
  return kind === 'history' ? { kind, of: of || undefined } : undefined;
}
