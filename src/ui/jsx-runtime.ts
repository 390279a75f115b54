/**
 * React's JSX runtime with one addition: visible text goes through `markHidden` on its way to the page, so that no screen can forget it
 * (docs/decisions/0023-hidden-characters-are-marked.md). Text that a screen stores or sends is unchanged.
 */
import { Fragment, jsx as reactJsx, jsxs as reactJsxs } from 'react/jsx-runtime';
import { markHidden } from '#wire/hidden-characters.ts';

export { Fragment };

type Create = typeof reactJsx;
type Props = Parameters<Create>[1];

/** Attributes that are visible or read aloud. */
const attributes = ['title', 'alt', 'placeholder', 'aria-label', 'aria-description', 'aria-valuetext'];

function markChildren(children: unknown): unknown {
  if (typeof children === 'string') return markHidden(children);
  if (!Array.isArray(children)) return children;
  const marked = children.map(markChildren);
  return marked.some((child, index) => child !== children[index]) ? marked : children;
}

/** @returns the same object if it contains no hidden characters */
export function markProps(props: Props): Props {
  const given = props as Readonly<Record<string, unknown>>;
  let changed: Record<string, unknown> | undefined;
  const note = (name: string, value: unknown) => {
    if (value === given[name]) return;
    changed ??= { ...given };
    changed[name] = value;
  };
  note('children', markChildren(given['children']));
  for (const name of attributes) if (typeof given[name] === 'string') note(name, markHidden(given[name]));
  return changed ?? props;
}

export const jsx: Create = (type, props, key) => reactJsx(type, markProps(props), key);
export const jsxs: Create = (type, props, key) => reactJsxs(type, markProps(props), key);
