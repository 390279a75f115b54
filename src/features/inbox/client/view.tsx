import { type ReactNode, useEffect, useEffectEvent, useState } from 'react';
import { useWaitingInstructions } from '#features/instructions/client/queries.ts';
import { InstructionsView } from '#features/instructions/client/view.tsx';
import type { WaitingInstructions } from '#features/instructions/contract.ts';
import { useProjects } from '#features/projects/client/queries.ts';
import type { Project } from '#features/projects/contract.ts';
import type { Approval } from '#features/runs/approvals-contract.ts';
import { useIsNarrow } from '#ui/app/media.ts';
import { useShortcuts } from '#ui/app/shortcuts.ts';
import { useStored } from '#ui/app/stored.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { ApprovalView } from './approval-view.tsx';
import { EmptyInbox } from './empty-inbox.tsx';
import { InboxFilters } from './filters.tsx';
import { InboxKeys } from './keys.tsx';
import { entryOf, InboxList, projectIn } from './list.tsx';
import { type InboxFilter, useApprovals } from './queries.ts';
import { texts } from './texts/inbox.ts';
import { titleOf } from './words.ts';
import './inbox.css';

interface InboxViewProps {
  filter: InboxFilter;
  /** Id of the open approval, or of a project's instructions (`entryOf`). */
  selected: string | undefined;
  /** Whether the person may see agent permissions. */
  seesPermissions: boolean;
  onFilter: (filter: InboxFilter) => void;
  onSelect: (entry: string | undefined) => void;
  onOpenFile: (projectId: string, path: string) => void;
}

/** The list of requests and the selected one: side by side, or one at a time on a phone. */
export function InboxView({ filter, selected, seesPermissions, onFilter, onSelect, onOpenFile }: InboxViewProps) {
  const list = useApprovals(filter);
  const { data: projects = [] } = useProjects();
  const narrow = useIsNarrow();
  const [shortcuts, setShortcuts] = useStored('inbox-keys', (stored) => stored !== false);
  /** The entry to focus, because the keyboard or a resolution led to it. */
  const [led, setLed] = useState<string>();
  const approvals = approvalsIn(list);
  const waiting = useShownInstructions(filter);
  const entries = [...waiting.map(({ projectId }) => entryOf(projectId)), ...approvals.map(({ id }) => id)];
  // Known only once both lists are loaded.
  const first = list.isPending ? undefined : entries[0];
  const place = entries.indexOf(selected ?? '');
  const select = useEffectEvent(onSelect);
  // The selected entry stays selected while the list changes.
  useEffect(() => {
    if (!narrow && selected === undefined && first !== undefined) select(first);
  }, [narrow, selected, first]);
  const go = (step: number) => {
    const next = entries[place < 0 ? 0 : place + step];
    if (next) onSelect(next);
  };
  const lead = (id: string | undefined) => {
    setLed(id);
    onSelect(id);
  };
  const onResolved = (approval: Approval, given: string) => {
    showToast(texts.resolution.given(given, titleOf(approval)));
    const at = approvals.findIndex(({ id }) => id === approval.id);
    // If no other request is pending, the selected one stays open as history.
    const next = filter.status === 'pending' ? (approvals[at + 1] ?? approvals[at - 1]) : undefined;
    lead(next ? next.id : narrow ? undefined : approval.id);
  };
  useShortcuts((key, target) => {
    const step = stepOf(key, target);
    if (step !== undefined) go(step);
    else if (key === 'Enter' && selected !== undefined && target.matches('.inbox-item, body, main')) lead(selected);
    else return false;
    return true;
  }, shortcuts);
  const project = selected && projectIn(selected);
  const detail = selected && (
    <section className="inbox-detail" aria-label={texts.detail} tabIndex={-1}>
      {narrow && (
        <Button kind="quiet" size="small" onClick={() => onSelect(undefined)}>
          {texts.back}
        </Button>
      )}
      {project === undefined ? (
        <ApprovalView
          key={selected}
          approvalId={selected}
          takesFocus={led === selected}
          shortcuts={shortcuts}
          others={approvals}
          onSelect={lead}
          onResolved={onResolved}
          onOpenFile={onOpenFile}
        />
      ) : (
        <InstructionsView
          key={selected}
          projectId={project}
          projectName={projects.find(({ id }) => id === project)?.name}
          onOpenFile={onOpenFile}
        />
      )}
    </section>
  );
  return (
    <div className="inbox">
      {!(narrow && detail) && (
        <InboxSide
          list={list}
          waiting={waiting}
          filter={filter}
          projects={projects}
          selected={selected}
          seesPermissions={seesPermissions}
          onFilter={onFilter}
          onSelect={onSelect}
          keys={narrow ? null : <InboxKeys on={shortcuts} onChange={setShortcuts} />}
        />
      )}
      {detail}
    </div>
  );
}

interface InboxSideProps extends Pick<InboxViewProps, 'filter' | 'selected' | 'seesPermissions' | 'onFilter' | 'onSelect'> {
  projects: readonly Project[];
  list: ReturnType<typeof useApprovals>;
  waiting: readonly WaitingInstructions[];
  keys: ReactNode;
}

function InboxSide({ list, waiting, filter, projects, selected, seesPermissions, onFilter, onSelect, keys }: InboxSideProps) {
  const approvals = approvalsIn(list);
  return (
    <section className="inbox-side" aria-label={texts.requests}>
      <InboxFilters filter={filter} onChange={onFilter} projects={projects} />
      {list.isPending ? (
        <Waiting what={texts.list.loading} />
      ) : list.isError ? (
        <Failure error={list.error} onRetry={() => void list.refetch()} />
      ) : approvals.length + waiting.length === 0 ? (
        <EmptyInbox filter={filter} seesPermissions={seesPermissions} onFilter={onFilter} />
      ) : (
        <InboxList waiting={waiting} approvals={approvals} selected={selected} onSelect={onSelect} />
      )}
      {list.hasNextPage && (
        <Button kind="quiet" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {texts.list.more}
        </Button>
      )}
      {keys}
    </section>
  );
}

/** Instructions that await acceptance. They are not requests of runs, so most filters exclude them. */
function useShownInstructions({ status, mine, kind, project }: InboxFilter): readonly WaitingInstructions[] {
  const { data = [] } = useWaitingInstructions();
  if (status !== 'pending' || mine || kind) return [];
  return project ? data.filter(({ projectId }) => projectId === project) : data;
}

const approvalsIn = ({ data }: ReturnType<typeof useApprovals>): Approval[] => data?.pages.flatMap((page) => page.approvals) ?? [];

/** Inside the detail, the arrow keys scroll. */
function stepOf(key: string, target: Element): number | undefined {
  if (key === 'j' || key === 'k') return key === 'j' ? 1 : -1;
  if (target.closest('.inbox-detail, input')) return undefined;
  return { ArrowDown: 1, ArrowUp: -1 }[key];
}
