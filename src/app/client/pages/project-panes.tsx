import type { ReactNode } from 'react';
import { IconButton } from '#ui/button.tsx';
import { Divider } from '#ui/divider.tsx';
import { Icon, type IconName } from '#ui/icon.tsx';
import { useIsNarrow } from '#ui/media.ts';
import { useStored } from '#ui/stored.ts';
import type { Pane } from './use-place.ts';

interface Layout {
  filesWidth: number;
  agentWidth: number;
  filesFolded: boolean;
  agentFolded: boolean;
}

const start: Layout = { filesWidth: 240, agentWidth: 400, filesFolded: false, agentFolded: false };
const parseLayout = (stored: unknown): Layout => (typeof stored === 'object' ? { ...start, ...stored } : start);

const panes: readonly { pane: Pane; label: string; icon: IconName }[] = [
  { pane: 'files', label: 'Files', icon: 'folder' },
  { pane: 'editor', label: 'Editor', icon: 'code' },
  { pane: 'agent', label: 'Agent', icon: 'agent' },
];

interface Contents {
  files: ReactNode;
  editor: ReactNode;
  agent: ReactNode;
}

interface NarrowPanesProps extends Contents {
  shown: Pane;
  unsaved: boolean;
  onShow: (pane: Pane) => void;
}

/** Beside each other where there is room, else one at a time. */
export function ProjectPanes(props: NarrowPanesProps) {
  return useIsNarrow() ? <NarrowPanes {...props} /> : <WidePanes {...props} />;
}

function NarrowPanes({ shown, unsaved, onShow, ...contents }: NarrowPanesProps) {
  return (
    <>
      {/* All stay, so that switching loses neither what is typed nor where one was. */}
      {panes.map(({ pane }) => (
        <div key={pane} className="panes-narrow" hidden={pane !== shown}>
          {contents[pane]}
        </div>
      ))}
      <nav className="panes-bar" aria-label="Panes">
        {panes.map(({ pane, label, icon }) => (
          <button key={pane} type="button" aria-current={pane === shown} onClick={() => onShow(pane)}>
            <Icon name={icon} />
            {label}
            {pane === 'editor' && unsaved && <span className="visually-hidden">, unsaved changes</span>}
          </button>
        ))}
      </nav>
    </>
  );
}

function WidePanes({ files, editor, agent }: Contents) {
  const [layout, setLayout] = useStored('layout', parseLayout);
  const { filesWidth, agentWidth, filesFolded, agentFolded } = layout;
  const change = (changes: Partial<Layout>) => setLayout({ ...layout, ...changes });
  const setFilesWidth = (width: number) => change({ filesWidth: width });
  const setAgentWidth = (width: number) => change({ agentWidth: width });
  return (
    <>
      <div className="panes-fold">
        <IconButton
          size="small"
          icon="left"
          label={filesFolded ? 'Show files' : 'Fold files'}
          onClick={() => change({ filesFolded: !filesFolded })}
        />
        <IconButton
          size="small"
          icon="right"
          label={agentFolded ? 'Show agent' : 'Fold agent'}
          onClick={() => change({ agentFolded: !agentFolded })}
        />
      </div>
      <div className="panes">
        {!filesFolded && (
          <>
            <div className="panes-side" style={{ width: filesWidth }}>
              {files}
            </div>
            <Divider label="Width of files" side="left" size={filesWidth} min={160} max={480} onChange={setFilesWidth} />
          </>
        )}
        <div className="panes-middle">{editor}</div>
        {!agentFolded && (
          <>
            <Divider label="Width of agent" side="right" size={agentWidth} min={280} max={720} onChange={setAgentWidth} />
            <div className="panes-side" style={{ width: agentWidth }}>
              {agent}
            </div>
          </>
        )}
      </div>
    </>
  );
}
