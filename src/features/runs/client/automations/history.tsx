import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Time } from '#ui/format/time.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { texts } from '../texts/automations.ts';
import type { Outcome } from './automation.ts';
import { OutcomeStatus } from './outcome-status.tsx';
import './history.css';

interface AutomationHistoryProps<O> {
  history: UseInfiniteQueryResult<InfiniteData<{ occurrences: O[] }>>;
  /** Shown while it is empty: how entries appear here. */
  none: string;
  item: (occurrence: O) => ReactNode;
}

/** The outcome of each scheduled time or event, newest first. */
export function AutomationHistory<O>({ history, none, item }: AutomationHistoryProps<O>) {
  if (history.isPending) return <Waiting what={texts.history.loading} />;
  if (history.isError) return <Failure error={history.error} onRetry={() => void history.refetch()} />;
  const occurrences = history.data.pages.flatMap((page) => page.occurrences);
  if (occurrences.length === 0)
    return (
      <Empty icon="history" title={texts.history.none}>
        {none}
      </Empty>
    );
  return (
    <>
      <ol className="automation-history">{occurrences.map(item)}</ol>
      {history.hasNextPage && (
        <Button kind="quiet" busy={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
          {texts.history.older}
        </Button>
      )}
    </>
  );
}

interface HistoryItemProps {
  outcome: Outcome;
  at: string;
  projectId: string;
  /** Further lines, one `span` each. */
  children: ReactNode;
}

export const HistoryItem = ({ outcome, at, projectId, children }: HistoryItemProps) => (
  <li>
    <OutcomeStatus of={outcome} projectId={projectId} />
    <span className="automation-history-text">
      {outcome.run && <span className="truncate">{outcome.run.title}</span>}
      {children}
    </span>
    <span className="muted">
      <Time at={at} />
    </span>
  </li>
);
