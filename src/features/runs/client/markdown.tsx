import { memo, useRef } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { CopyButton } from '#ui/copy-button.tsx';
import { splitBlocks } from './blocks.ts';

const plugins = [remarkGfm];

const components: Components = {
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noreferrer">
      {children}
    </a>
  ),
  // A picture of another site would tell that site who reads this; so it is a link.
  img: ({ src, alt }) => (
    <a href={typeof src === 'string' ? src : undefined} target="_blank" rel="noreferrer">
      {alt || 'Picture'}
    </a>
  ),
  pre: ({ children }) => <CodeBlock>{children}</CodeBlock>,
};

function CodeBlock({ children }: { children: React.ReactNode }) {
  const code = useRef<HTMLPreElement>(null);
  return (
    <div className="prose-code">
      <pre ref={code}>{children}</pre>
      <CopyButton label="Copy code" text={() => code.current?.textContent ?? ''} />
    </div>
  );
}

const Block = memo(({ text }: { text: string }) => (
  <ReactMarkdown remarkPlugins={plugins} components={components}>
    {text}
  </ReactMarkdown>
));

/** While an answer streams in, only its last block is read anew. */
export default function Markdown({ text }: { text: string }) {
  return splitBlocks(text).map((block) => <Block key={block.line} text={block.text} />);
}
