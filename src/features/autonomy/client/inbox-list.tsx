import { useEffect, useRef } from 'react';
import type { Approval } from '#features/autonomy/approvals-contract.ts';
import { Icon } from '#ui/icon.tsx';
import { Time } from '#ui/time.tsx';
import { statuses, titleOf } from './inbox-words.ts';

interface InboxListProps {
  approvals: readonly Approval[];
  selected: string | undefined;
  onSelect: (approvalId: string) => void;
}

export function InboxList({ approvals, selected, onSelect }: InboxListProps) {
  return (
    <ul className="inbox-list" aria-label="What agents ask">
      {approvals.map((approval) => (
        <InboxItem key={approval.id} approval={approval} current={approval.id === selected} onSelect={() => onSelect(approval.id)} />
      ))}
    </ul>
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
            <span className="truncate">for {run.startedBy.name}</span>
          ) : (
            <>
              <Icon name={statuses[status].icon} />
              {statuses[status].says}
            </>
          )}
        </span>
      </button>
    </li>
  );
}
