import { useEffect, useState } from 'react';
import type { Change } from '#features/files/contract.ts';
import type { Point } from '#features/files/history-contract.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { markPath } from '#wire/hidden-characters.ts';
import { changeMenu } from './change-menu.ts';
import { Filters } from './filters.tsx';
import { HistoryDetail } from './history-detail.tsx';
import { NameDialog, Points } from './points.tsx';
import type { HistoryViewProps } from './props.ts';
import { usePoints, useTimeline } from './queries.ts';
import type { Shown } from './shown.ts';
import { statesOf } from './states.ts';
import { texts } from './texts.ts';
import { Timeline } from './timeline.tsx';
import './history.css';

/** The history of a project, a folder or a file: what changed, compared with any other state, restored, named and downloaded. */
export default function HistoryView(props: HistoryViewProps) {
  const { projectId, shown, of, request } = props;
  const [filter, setFilter] = useState<{ user?: string | undefined; run?: string | undefined }>({});
  const [detail, setDetail] = useState<Shown>();
  /** The state that is being named: the number of a change, or now. */
  const [naming, setNaming] = useState<{ at: number | undefined }>();
  const timeline = useTimeline(projectId, { path: of, user: filter.user, run: filter.run });
  const points = usePoints(projectId).data ?? [];
  const changes = timeline.data?.pages.flatMap((page) => page.changes) ?? [];

  useEffect(() => setDetail(request?.show), [request]);

  return (
    <section className="history-view" aria-label={texts.title} hidden={!shown}>
      <div className="history-panes" data-detail={detail !== undefined || undefined}>
        <HistoryList
          {...props}
          timeline={timeline}
          changes={changes}
          points={points}
          filter={filter}
          detail={detail}
          onFilter={(next) => setFilter({ ...filter, ...next })}
          onShow={setDetail}
          onName={(at) => setNaming({ at })}
        />
        <div className="history-detail">
          {detail && (
            <div className="history-back">
              <Button size="small" kind="quiet" onClick={() => setDetail(undefined)}>
                {texts.detail.back}
              </Button>
            </div>
          )}
          <HistoryDetail {...props} detail={detail} states={statesOf(points, changes)} onShow={setDetail} />
        </div>
      </div>
      {naming && <NameDialog projectId={projectId} at={naming.at} onClose={() => setNaming(undefined)} />}
    </section>
  );
}

interface HistoryListProps extends HistoryViewProps {
  timeline: ReturnType<typeof useTimeline>;
  changes: readonly Change[];
  points: readonly Point[];
  filter: { user?: string | undefined; run?: string | undefined };
  detail: Shown | undefined;
  onFilter: (changes: HistoryListProps['filter']) => void;
  onShow: (shown: Shown) => void;
  onName: (at: number | undefined) => void;
}

function HistoryList(props: HistoryListProps) {
  const { projectId, organizationId, editable, of, onOf, timeline, changes, points, filter, detail, onFilter, onShow, onName } = props;
  const newest = changes[0]?.number;
  return (
    <div className="history-list">
      <div className="pane-head">
        <h2 className="truncate">{of === undefined ? texts.ofProject : texts.ofPath(markPath(of))}</h2>
        {newest !== undefined && (
          <Button size="small" kind="quiet" onClick={() => onShow({ kind: 'compare', from: Math.max(0, newest - 1), to: undefined })}>
            {texts.compare.button}
          </Button>
        )}
      </div>
      <Filters
        organizationId={organizationId}
        authors={changes.map(({ by }) => by)}
        of={of}
        user={filter.user}
        run={filter.run}
        onOf={onOf}
        onUser={(user) => onFilter({ user })}
        onRun={(run) => onFilter({ run })}
      />
      <div className="history-changes" data-outdated={timeline.isPlaceholderData || undefined}>
        <Points projectId={projectId} editable={editable} onShow={onShow} onAdd={() => onName(undefined)} />
        {timeline.isPending && <Waiting what={texts.loading} />}
        <Failure error={timeline.error} onRetry={() => void timeline.refetch()} />
        {timeline.isSuccess && changes.length === 0 && <NoChanges filtered={filter.user !== undefined || filter.run !== undefined} />}
        <Timeline
          changes={changes}
          points={points}
          current={detail?.kind === 'change' ? detail.change.number : undefined}
          menuOf={(change) => menuOf(change, props)}
          onShow={(change) => onShow({ kind: 'change', change })}
        />
        {timeline.hasNextPage && (
          <Button kind="quiet" busy={timeline.isFetchingNextPage} onClick={() => void timeline.fetchNextPage()}>
            {texts.more}
          </Button>
        )}
      </div>
    </div>
  );
}

const menuOf = (change: Change, { projectId, of, editable, undo, filter, onShow, onName, onFilter, onRun }: HistoryListProps) =>
  changeMenu({
    projectId,
    change,
    of,
    isFile: of !== undefined && change.paths.includes(of) && change.kind !== 'delete',
    editable,
    onShow,
    onName,
    onUndo: () => undo.undo(change),
    onOnlyRun: filter.run === undefined ? (run) => onFilter({ run }) : undefined,
    onRun,
  });

const NoChanges = ({ filtered }: { filtered: boolean }) => (
  <Empty icon="history" title={filtered ? texts.noneMatch : texts.empty}>
    {filtered ? texts.noneMatchAbout : texts.emptyAbout}
  </Empty>
);
