import { useEffect } from 'react';
import { useStored } from '#ui/app/stored.ts';
import type { GoTo } from '../go-to.ts';
import { modesOf, type PreviewKind, type PreviewMode, parseMode } from './kinds.ts';

/** How files of a kind are shown, remembered in this browser. @param goTo a place in the text, which must then be visible */
export function usePreviewMode(kind: PreviewKind | undefined, goTo: GoTo | undefined): [PreviewMode, (mode: PreviewMode) => void] {
  const [stored, setMode] = useStored('preview-modes', (value) =>
    typeof value === 'object' ? ({ ...value } as Record<string, unknown>) : {},
  );
  const known = parseMode(kind && stored[kind]);
  const mode = kind && modesOf(kind).includes(known) ? known : 'source';
  const choose = (next: PreviewMode) => kind && setMode({ ...stored, [kind]: next });
  const hidesText = mode === 'preview' && goTo?.place !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each place
  useEffect(() => {
    if (hidesText) choose('source');
  }, [goTo]);
  return [mode, choose];
}
