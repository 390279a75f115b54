import { useEffect, useState } from 'react';
import type { Buffers } from '../buffers.ts';
import { titleOf } from '../text.ts';
import type { PreviewKind } from './kinds.ts';
import { MarkdownPreview, SvgPreview } from './preview.tsx';
import TablePreview from './table-preview.tsx';
import { texts } from './texts.ts';

interface PreviewPaneProps {
  projectId: string;
  buffers: Buffers;
  path: string;
  kind: PreviewKind;
  onOpenFile: (path: string) => void;
}

/** What a text means, as it is typed. */
export default function PreviewPane({ projectId, buffers, path, kind, onOpenFile }: PreviewPaneProps) {
  const text = useLiveText(buffers, path);
  if (kind === 'table') return <TablePreview path={path} text={text} />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable element must be reachable by keyboard
    <section className="preview" aria-label={texts.label(titleOf(path))} tabIndex={0}>
      {kind === 'svg' ? (
        <SvgPreview path={path} text={text} />
      ) : (
        <MarkdownPreview projectId={projectId} path={path} text={text} onOpenFile={onOpenFile} />
      )}
    </section>
  );
}

const REFRESH_MS = 200;

/** The text of an open file, a moment after each change. */
function useLiveText(buffers: Buffers, path: string): string {
  const [text, setText] = useState(() => buffers.contentOf(path));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = () => {
      timer = undefined;
      setText(buffers.contentOf(path));
    };
    refresh();
    const end = buffers.onTyped((typed) => {
      if (typed === path) timer ??= setTimeout(refresh, REFRESH_MS);
    });
    return () => {
      end();
      clearTimeout(timer);
    };
  }, [buffers, path]);
  return text;
}
