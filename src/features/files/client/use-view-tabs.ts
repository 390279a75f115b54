/** The views that are open in the editor’s pane: they stay open, with what is in them, while a file is shown. */
import { useState } from 'react';
import type { ViewTab } from './editor/editor-tabs.tsx';
import { texts as historyTexts } from './history/texts.ts';
import { texts as searchTexts } from './search/texts.ts';
import type { View } from './view.ts';

export function useViewTabs(view: View | undefined, onView: (view: View | undefined) => void) {
  const [open, setOpen] = useState<ReadonlyMap<View['kind'], View>>(new Map());
  if (view && open.get(view.kind) !== view) setOpen(new Map(open).set(view.kind, view));
  const tabOf = (each: View): ViewTab => ({
    kind: each.kind,
    ...labelOf(each),
    current: view?.kind === each.kind,
    onSelect: () => onView(each),
    onClose: () => {
      const left = new Map(open);
      left.delete(each.kind);
      setOpen(left);
      if (view?.kind === each.kind) onView(undefined);
    },
  });
  return { open, tabs: [...open.values()].map(tabOf) };
}

function labelOf({ kind }: View): Pick<ViewTab, 'label' | 'icon' | 'closeLabel'> {
  if (kind === 'history') return { label: historyTexts.title, icon: 'history', closeLabel: historyTexts.close };
  return { label: searchTexts.title, icon: 'search', closeLabel: searchTexts.close };
}
