import { createElement, lazy, type ReactNode, Suspense } from 'react';
import { texts } from '../texts/markdown.ts';
import type { MathNode } from './document.ts';

const Drawn = lazy(async () => {
  await import('katex/dist/katex.min.css');
  return { default: ({ nodes }: { nodes: readonly MathNode[] }) => nodes.map(draw) };
});

interface MathViewProps {
  tex: string;
  drawn: readonly MathNode[] | undefined;
  /** On a separate line. */
  display: boolean;
}

/** A formula; shown as source while it cannot be rendered. */
export function MathView({ tex, drawn, display }: MathViewProps) {
  const written = <code className="prose-tex">{tex}</code>;
  const shown = drawn ? (
    <Suspense fallback={written}>
      <Drawn nodes={drawn} />
    </Suspense>
  ) : (
    written
  );
  if (!display) return shown;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolling elements must be reachable by keyboard
    // biome-ignore lint/a11y/useSemanticElements: a fieldset does not describe a formula
    <div className="prose-math" role="group" aria-label={texts.formula} tabIndex={0}>
      {shown}
    </div>
  );
}

function draw(node: MathNode, key: number): ReactNode {
  if (typeof node === 'string') return node;
  const { class: className, style, ...attributes } = node.attributes;
  const props = { key, ...attributes, ...(className && { className }), ...(style && { style: readStyle(style) }) };
  return createElement(node.tag, props, ...node.children.map(draw));
}

/** Returns an object: browsers apply it even if the content security policy blocks style attributes. */
function readStyle(text: string): Record<string, string> {
  const pairs = text.split(';').flatMap((each) => {
    const [name = '', value] = each.split(':');
    return value === undefined ? [] : [[name.trim().replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase()), value.trim()]];
  });
  return Object.fromEntries(pairs);
}
