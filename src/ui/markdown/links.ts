/** Where the relative links of a Markdown text lead. */
import { createContext } from 'react';

interface MarkdownPlace {
  /** The folder that relative addresses start from; '' for the project’s root. */
  folder: string;
  /** Level of the heading that the text stands below. */
  below: number;
  onOpenFile: (path: string) => void;
  /** Shows pictures of the project; without it, they are links. */
  picture?: (options: { path: string; alt: string }) => React.ReactNode;
}

export const MarkdownContext = createContext<MarkdownPlace>({ folder: '', below: 2, onOpenFile: () => {} });

/** @param to relative, decoded; or from the root, with a slash before it @returns a file in the project; undefined for a folder, or if it leads out */
export function resolvePath(folder: string, to: string): string | undefined {
  if (/(?:^|\/)\.{0,2}$/.test(to)) return undefined;
  const parts = to.startsWith('/') || folder === '' ? [] : folder.split('/');
  for (const part of to.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.length > 0 ? parts.join('/') : undefined;
}

/** The name of a heading in an address, as on GitHub: `Getting started!` is `getting-started`. */
export const slugOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
