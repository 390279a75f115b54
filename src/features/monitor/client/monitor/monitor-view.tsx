import { useMemo } from 'react';
import type { MonitorReply } from '#features/monitor/monitor-contract.ts';
import { hourCycle, useClock } from '#ui/format/clock.ts';
import { formatExact, Time } from '#ui/format/time.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { PlotGrid } from '../plot/plot-grid.tsx';
import { useMonitor } from '../queries.ts';
import { ReportFailure } from '../report-failure.tsx';
import { texts } from '../texts/monitor.ts';
import { assess } from './assess.ts';
import { Overview } from './overview.tsx';
import { panelsOf } from './panels.ts';
import { RoutesTable } from './routes-table.tsx';
import { ServersTable } from './servers-table.tsx';
import { StatementsTable } from './statements-table.tsx';
import { StatusMark } from './status-mark.tsx';
import { TablesTable } from './tables-table.tsx';
import './monitor.css';

/** What all servers measured: first whether anything needs attention, then the figures. */
export function MonitorView({ range }: { range: MonitorReply['range'] }) {
  const monitor = useMonitor(range);
  if (monitor.isPending) return <Waiting what={texts.loading} />;
  if (!monitor.data)
    return <ReportFailure error={monitor.error} onlyOperators={texts.operatorsOnly} onRetry={() => void monitor.refetch()} />;
  return (
    <>
      <Failure error={monitor.error} onRetry={() => void monitor.refetch()} />
      <Monitored reply={monitor.data} />
    </>
  );
}

function Monitored({ reply }: { reply: MonitorReply }) {
  const clock = useClock();
  const assessed = useMemo(() => assess(reply), [reply]);
  return (
    <div className="monitor">
      <Figures key={clock} reply={reply} assessed={assessed} />
      <ServersTable servers={reply.servers} about={assessed.servers.text} />
      <RoutesTable routes={reply.routes} />
      <StatementsTable statements={reply.statements} />
      <TablesTable tables={reply.tables} about={assessed.tables.text} />
      <p className="muted">{texts.updated(<Time at={endOf(reply)} />)}</p>
    </div>
  );
}

const endOf = ({ times, step }: MonitorReply): string => new Date(Date.parse(times.at(-1) ?? '') + step * 1000).toISOString();

function Figures({ reply, assessed }: { reply: MonitorReply; assessed: ReturnType<typeof assess> }) {
  const plots = useMemo(() => {
    const brief = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', ...hourCycle() });
    const formatTime = {
      exact: (seconds: number) => formatExact(new Date(seconds * 1000).toISOString()),
      brief: (seconds: number) => brief.format(seconds * 1000),
    };
    return panelsOf(reply, formatTime).map(({ topic, ...panel }) => ({
      ...panel,
      over: texts.plots.over,
      ...(topic && {
        hint: (
          <>
            <StatusMark status={assessed[topic].status} /> {assessed[topic].text}
          </>
        ),
      }),
    }));
  }, [reply, assessed]);
  if (reply.series.memory.every((value) => value === null)) {
    return (
      <Empty icon="gauge" title={texts.empty.title}>
        {texts.empty[reply.range]}
      </Empty>
    );
  }
  return (
    <>
      <Overview reply={reply} assessed={assessed} />
      <PlotGrid plots={plots} />
    </>
  );
}
