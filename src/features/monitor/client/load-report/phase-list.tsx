import type { LoadReport } from '#features/monitor/load-report.ts';
import { formatFigure } from '../format.ts';
import { texts } from '../texts/report.ts';
import { OutcomeMark } from './target-list.tsx';
import './phase-list.css';

type Phase = NonNullable<LoadReport['phases']>[number];

/** What a session test tried, and the outcomes. */
export function PhaseList({ phases }: { phases: readonly Phase[] }) {
  return (
    <section aria-labelledby="phases">
      <h2 id="phases">{texts.phases}</h2>
      <ol className="phases">
        {phases.map((phase) => (
          <li key={phase.name} className="phase">
            <OutcomeMark outcome={phase.skipped ? 'skipped' : phase.met ? 'met' : 'missed'} />
            <div className="phase-text">
              <h3>{phase.name}</h3>
              <p>{phase.summary}</p>
            </div>
            <dl className="phase-figures numeric">
              {phase.figures.map(({ name, value, unit }) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>
                    {formatFigure(value)} {unit}
                  </dd>
                </div>
              ))}
            </dl>
          </li>
        ))}
      </ol>
    </section>
  );
}
