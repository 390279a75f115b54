import type { ReactNode } from 'react';
import { useIsNarrow } from '#ui/app/media.ts';
import { useStored } from '#ui/app/stored.ts';
import { IconButton } from '#ui/primitives/button.tsx';
import { Divider } from '#ui/primitives/divider.tsx';
import { Icon, type IconName } from '#ui/primitives/icon.tsx';
import { texts } from './texts/project.ts';
import type { Pane } from './use-project-location.ts';

const words = texts.panes;

interface Layout {
  filesWidth: number;
  agentWidth: number;
  filesFolded: boolean;
  agentFolded: boolean;
}

const start: Layout = { filesWidth: 240, agentWidth: 400, filesFolded: false, agentFolded: false };
const parseLayout = (stored: unknown): Layout => (typeof stored === 'object' ? { ...start, ...stored } : start);

const panes: readonly { pane: Pane; label: string; icon: IconName }[] = [
  { pane: 'files', label: words.files, icon: 'folder' },
  { pane: 'editor', label: words.editor, icon: 'code' },
  { pane: 'agent', label: words.agent, icon: 'agent' },
];

interface ProjectPanesProps {
  files: ReactNode;
  editor: ReactNode;
  agent: ReactNode;
  /** The visible pane where only one fits. */
  shown: Pane;
  unsaved: boolean;
  onShow: (pane: Pane) => void;
}

/** Side by side if they fit, otherwise one at a time. All panes stay mounted, so folding one or rotating the phone keeps what was typed. */
export function ProjectPanes({ files, editor, agent, shown, unsaved, onShow }: ProjectPanesProps) {
  const isNarrow = useIsNarrow();
  const [layout, setLayout] = useStored('layout', parseLayout);
  const { filesWidth, agentWidth } = layout;
  const filesFolded = isNarrow ? shown !== 'files' : layout.filesFolded;
  const agentFolded = isNarrow ? shown !== 'agent' : layout.agentFolded;
  const change = (changes: Partial<Layout>) => setLayout({ ...layout, ...changes });
  const setFilesWidth = (width: number) => change({ filesWidth: width });
  const setAgentWidth = (width: number) => change({ agentWidth: width });
  return (
    <>
      {!isNarrow && (
        <div className="panes-fold">
          <IconButton
            size="small"
            icon="left"
            label={filesFolded ? words.showFiles : words.foldFiles}
            onClick={() => change({ filesFolded: !filesFolded })}
          />
          <IconButton
            size="small"
            icon="right"
            label={agentFolded ? words.showAgent : words.foldAgent}
            onClick={() => change({ agentFolded: !agentFolded })}
          />
        </div>
      )}
      {isNarrow && <PanesBar shown={shown} unsaved={unsaved} onShow={onShow} />}
      <div className="panes">
        <div className="panes-side" hidden={filesFolded} style={{ width: filesWidth }}>
          {files}
        </div>
        {!isNarrow && !filesFolded && (
          <Divider label={words.filesWidth} side="left" size={filesWidth} min={160} max={480} onChange={setFilesWidth} />
        )}
        <div className="panes-middle" hidden={isNarrow && shown !== 'editor'}>
          {editor}
        </div>
        {!isNarrow && !agentFolded && (
          <Divider label={words.agentWidth} side="right" size={agentWidth} min={280} max={720} onChange={setAgentWidth} />
        )}
        <div className="panes-side" hidden={agentFolded} style={{ width: agentWidth }}>
          {agent}
        </div>
      </div>
    </>
  );
}

/** At the top: the bar at the bottom leads elsewhere. */
function PanesBar({ shown, unsaved, onShow }: Pick<ProjectPanesProps, 'shown' | 'unsaved' | 'onShow'>) {
  return (
    <nav className="panes-bar" aria-label={words.label}>
      {panes.map(({ pane, label, icon }) => (
        <button key={pane} type="button" aria-current={pane === shown} onClick={() => onShow(pane)}>
          <Icon name={icon} />
          {label}
          {pane === 'editor' && unsaved && <span className="visually-hidden">{words.unsaved}</span>}
        </button>
      ))}
    </nav>
  );
}
