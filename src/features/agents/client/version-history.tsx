import { useState } from 'react';
import type { VersionEntry } from '#features/agents/contract.ts';
import { Time } from '#ui/format/time.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { SettingChanges } from './setting-changes.tsx';
import { texts } from './texts.ts';

const words = texts.versions;

interface VersionHistoryProps {
  /** Newest first. */
  versions: readonly VersionEntry[];
  more: { busy: boolean; load: () => void } | undefined;
  /** Copies a version into the form; undefined if the user may not change the agent. */
  onTake: ((version: VersionEntry) => void) | undefined;
}

export function VersionHistory({ versions, more, onTake }: VersionHistoryProps) {
  return (
    <>
      <ol className="agent-versions" reversed>
        {versions.map((version, index) => (
          <VersionRow
            key={version.version}
            version={version}
            before={versions[index + 1]}
            onTake={index === 0 ? undefined : onTake && (() => onTake(version))}
          />
        ))}
      </ol>
      {more && (
        <Button busy={more.busy} onClick={more.load}>
          {words.older}
        </Button>
      )}
    </>
  );
}

interface VersionRowProps {
  version: VersionEntry;
  before: VersionEntry | undefined;
  onTake: (() => void) | undefined;
}

function VersionRow({ version, before, onTake }: VersionRowProps) {
  const [open, setOpen] = useState(false);
  return (
    <li className="agent-version">
      <button type="button" className="agent-version-head" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name="chevron" />
        <b className="numeric">{words.version(version.version)}</b>
        <span className="muted">{words.by(version.by.name, <Time at={version.at} />)}</span>
      </button>
      {open && (
        <div className="agent-version-body">
          {before ? <SettingChanges before={before} after={version} /> : <FirstVersion version={version} />}
          {onTake && (
            <Button size="small" icon="history" onClick={onTake}>
              {words.use}
            </Button>
          )}
        </div>
      )}
    </li>
  );
}

/** Also used for the oldest version loaded, until its predecessor is loaded. */
function FirstVersion({ version }: { version: VersionEntry }) {
  return (
    <>
      {version.version > 1 && <p className="muted">{words.oldest}</p>}
      <pre className="agent-version-text">{version.instructions}</pre>
    </>
  );
}
