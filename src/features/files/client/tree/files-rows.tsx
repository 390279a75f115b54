import { Empty } from '#ui/primitives/empty.tsx';
import { Failure, Note } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { texts } from './texts.ts';
import { TreeView } from './tree-view.tsx';
import type { FilesPaneProps, FilesPaneState } from './use-files-pane.ts';

/** The tree, or what matches the filter. */
export function FilesRows({ state, current, editable, onOpen }: FilesPaneProps & { state: FilesPaneState }) {
  const { pane, actions, naming } = state;
  const { tree, filter, rows } = pane;
  const { names, isActive } = filter;
  if (isActive && !names.data) return names.error ? <Failure error={names.error} /> : <Waiting what={texts.filtering} />;
  if (isActive && rows.length === 0) {
    return (
      <Empty icon="search" title={texts.noMatch}>
        {texts.noMatchAbout}
      </Empty>
    );
  }
  return (
    <>
      <TreeView
        label={isActive ? texts.results : texts.tree}
        rows={rows}
        flat={isActive}
        current={current}
        selection={pane.selection}
        onSelect={pane.select}
        isOpen={(folder) => tree.folders.open.has(folder)}
        isLoading={tree.isLoading}
        onFold={(folder, open) => (open ? tree.folders.openAll([folder]) : tree.folders.close(folder))}
        onOpen={onOpen}
        onMenu={(row, at) => state.setMenu({ row, at })}
        onRename={(row) => editable && naming.startRenaming(row.path)}
        onDelete={(row) => editable && actions.askToRemove(pane.targets(row.path))}
        drag={state.drag}
        renaming={naming.renaming}
        naming={naming.naming}
        revealing={tree.revealing}
        onRevealed={tree.revealed}
      />
      {isActive && names.data?.truncated && <Note>{texts.moreMatches}</Note>}
    </>
  );
}
