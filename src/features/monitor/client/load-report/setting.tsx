import type { LoadReport } from '#features/monitor/load-report.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { formatDuration } from '#ui/format/time.tsx';
import { formatFigure, formatMs, formatSeconds } from './format.ts';
import './setting.css';

/** Where and how the load was measured. */
export function Setting({ report }: { report: LoadReport }) {
  const { machine, target, model, users, arrivalsPerSecond, think, generators, lateness, seconds, version, id } = report;
  const facts: [name: string, value: string][] = [
    ['Server', `${target.origin}. ${target.about}`],
    ['Version', `Guildhall ${version}`],
    ['Machine', `${machine.cores} cores (${machine.processor}), ${machine.memoryGiB} GiB memory, Node ${machine.node}, ${machine.system}`],
    [
      'Load',
      model === 'closed'
        ? `closed model: up to ${formatNumber(users)} users, each waiting for its answers, ${formatDuration(think)} of thought between steps`
        : `open model: ${formatFigure(arrivalsPerSecond ?? 0)} journeys begin each second, whatever the answers, by up to ${formatNumber(users)} users`,
    ],
    ['Lasted', formatSeconds(seconds)],
    [
      'Generator',
      `${generators} ${generators === 1 ? 'process' : 'processes'}; late by ${formatMs(lateness.p99)} at p99, ${formatMs(lateness.max)} at most`,
    ],
    ['Report', id],
  ];
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
