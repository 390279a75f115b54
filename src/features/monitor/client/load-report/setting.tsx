import type { LoadReport } from '#features/monitor/load-report.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { formatDuration } from '#ui/format/time.tsx';
import { formatFigure, formatMs, formatSeconds } from '../format.ts';
import { texts } from '../texts/report.ts';
import './setting.css';

const words = texts.setting;

/** Where and how the load was measured. */
export function Setting({ report }: { report: LoadReport }) {
  const { machine, target, model, users, arrivalsPerSecond, think, generators, lateness, seconds, version, id } = report;
  const facts: [name: string, value: string][] = [
    [words.server, words.serverAbout(target.origin, target.about)],
    [words.version, words.guildhall(version)],
    [words.machine, words.machineAbout(machine.cores, machine.processor, machine.memoryGiB, machine.node, machine.system)],
    [
      words.load,
      model === 'closed'
        ? words.closed(formatNumber(users), formatDuration(think))
        : words.open(formatFigure(arrivalsPerSecond ?? 0), formatNumber(users)),
    ],
    [words.lasted, formatSeconds(seconds)],
    [words.generator, words.generators(generators, formatMs(lateness.p99), formatMs(lateness.max))],
    [words.report, id],
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
