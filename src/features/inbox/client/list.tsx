import { useEffect, useRef } from 'react';
import { INSTRUCTIONS_PATH } from '#features/files/instructions-file.ts';
import type { WaitingInstructions } from '#features/instructions/contract.ts';
import type { Approval } from '#features/runs/approvals-contract.ts';
import { Time } from '#ui/format/time.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { texts } from './texts/inbox.ts';
import { statusIcons, titleOf } from './words.ts';

const words = texts.list;

interface InboxListProps {
  /** Projects whose instructions await acceptance; listed first. */
  waiting: readonly WaitingInstructions[];
  approvals: readonly Approval[];
  selected: string | undefined;
  onSelect: (entry: string) => void;
}

/** The id of an entry for a project's pending instructions; entries for approvals use the approval's id. */
export const entryOf = (projectId: string): string => `${INSTRUCTIONS}${projectId}`;
export const projectIn = (entry: string): string | undefined =>
  entry.startsWith(INSTRUCTIONS) ? entry.slice(INSTRUCTIONS.length) : undefined;
const INSTRUCTIONS = 'instructions:';

export function InboxList({ waiting, approvals, selected, onSelect }: InboxListProps) {
  return (
    <ul className="inbox-list" aria-label={words.label}>
      {waiting.map((each) => {
        const entry = entryOf(each.projectId);
        return <InstructionsItem key={entry} waiting={each} current={entry === selected} onSelect={() => onSelect(entry)} />;
      })}
      {approvals.map((approval) => (
        <InboxItem key={approval.id} approval={approval} current={approval.id === selected} onSelect={() => onSelect(approval.id)} />
      ))}
    </ul>
  );
}

function InstructionsItem({ waiting, current, onSelect }: { waiting: WaitingInstructions; current: boolean; onSelect: () => void }) {
  const { projectName, newest } = waiting;
  return (
    <li>
      <button type="button" className="inbox-item" aria-current={current ? 'true' : undefined} onClick={onSelect}>
        <Icon name="file" />
        <span className="inbox-item-title truncate">{words.instructions(INSTRUCTIONS_PATH)}</span>
        <Time at={newest.at} />
        <span className="inbox-item-about truncate">
          {projectName} · {newest.by.kind === 'run' ? words.byAgent(newest.by.name) : words.by(newest.by.name)}
        </span>
        <span className="inbox-item-state">
          <span className="truncate">{words.toAccept}</span>
        </span>
      </button>
    </li>
  );
}

function InboxItem({ approval, current, onSelect }: { approval: Approval; current: boolean; onSelect: () => void }) {
  const { kind, projectName, run, status, askedAt, decidedAt } = approval;
  const row = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (current) row.current?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  return (
    <li>
      <button ref={row} type="button" className="inbox-item" aria-current={current ? 'true' : undefined} onClick={onSelect}>
        <Icon name={kind === 'budget' ? 'bars' : 'tool'} />
        <span className="inbox-item-title truncate">{titleOf(approval)}</span>
        <Time at={decidedAt ?? askedAt} />
        <span className="inbox-item-about truncate">
          {projectName} · {run.title}
        </span>
        <span className="inbox-item-state" data-status={status}>
          {status === 'pending' ? (
            <span className="truncate">{words.for(run.startedBy.name)}</span>
          ) : (
            <>
              <Icon name={statusIcons[status]} />
              {texts.statuses[status]}
            </>
          )}
        </span>
      </button>
    </li>
  );
}
