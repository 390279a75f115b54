import type { MonitorReply } from '#features/monitor/monitor-contract.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { formatBound, formatMemory, formatMs } from '../format.ts';
import { KeyFigure } from '../key-figure.tsx';
import { ERROR_TARGET, P95_TARGET_MS } from '../load-report/targets.ts';
import { texts } from '../texts/monitor.ts';
import { type assess, concerns, latest, POOL_SHARE } from './assess.ts';
import { StatusMark } from './status-mark.tsx';

const words = texts.keyFigures;

interface OverviewProps {
  reply: MonitorReply;
  assessed: ReturnType<typeof assess>;
}

/** Whether all is well, the guide's five figures, and what to do if not. */
export function Overview({ reply, assessed }: OverviewProps) {
  const { series, range, step } = reply;
  const found = concerns(assessed);
  const status = found[0]?.status ?? 'ok';
  const [p95, errors, requests] = [latest(series.p95), latest(series.errors), latest(series.requests)];
  const headlines = { ok: texts.fine, unknown: texts.fine, warning: texts.attention, bad: texts.problem };
  return (
    <header className="monitor-overview" data-status={status}>
      <h2 className="monitor-headline">
        <StatusMark status={status} text={headlines[status]} />
        <span>
          {p95 === null || errors === null
            ? texts.idle
            : texts.headline(formatNumber(Math.round((requests ?? 0) * step)), formatMs(p95), formatBound(errors), range)}
        </span>
      </h2>
      <MonitorKeyFigures series={series} />
      {found.length > 0 && (
        <ul className="concerns" aria-label={texts.concerns}>
          {found.map(({ topic, status, text }) => (
            <li key={topic}>
              <StatusMark status={status} text={texts.topics[topic]} />
              <p>{text}</p>
            </li>
          ))}
        </ul>
      )}
    </header>
  );
}

function MonitorKeyFigures({ series }: { series: MonitorReply['series'] }) {
  const [p95, errors, heap] = [latest(series.p95), latest(series.errors), latest(series.heap)];
  const [sessions, streams, memory] = [latest(series.sessions), latest(series.streams), latest(series.memory)];
  const [used, max] = [latest(series.poolUsed), latest(series.poolMax)];
  const show = (value: number | null, format: (value: number) => string) => (value === null ? '–' : format(value));
  return (
    <dl className="key-figures monitor-key-figures">
      <KeyFigure
        name={words.p95}
        value={show(p95, formatMs)}
        note={words.target(formatMs(P95_TARGET_MS))}
        share={(p95 ?? 0) / P95_TARGET_MS}
      />
      <KeyFigure
        name={words.errors}
        value={show(errors, formatBound)}
        note={words.target(formatBound(ERROR_TARGET))}
        share={(errors ?? 0) / ERROR_TARGET}
      />
      <KeyFigure name={words.sessions} value={show(sessions, formatNumber)} note={words.streams(show(streams, formatNumber))} />
      <KeyFigure
        name={words.pool}
        value={show(used, formatNumber)}
        note={words.poolMax(show(max, formatNumber))}
        share={(used ?? 0) / ((max ?? 1) * POOL_SHARE)}
      />
      <KeyFigure name={words.memory} value={show(memory, formatMemory)} note={words.heap(show(heap, formatMemory))} />
    </dl>
  );
}
