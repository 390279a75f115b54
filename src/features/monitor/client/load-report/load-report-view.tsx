import { useMemo } from 'react';
import type { LoadReport } from '#features/monitor/load-report.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { Note } from '#ui/primitives/note.tsx';
import { PlotGrid } from '../plot/plot-grid.tsx';
import { isSeen } from '../plot/shape.ts';
import { texts } from '../texts/report.ts';
import { FailureTable } from './failure-table.tsx';
import { PhaseList } from './phase-list.tsx';
import { Setting } from './setting.tsx';
import { ShareList } from './share-list.tsx';
import { meanResources, sharesOf } from './shares.ts';
import { StepTable } from './step-table.tsx';
import { StressSection } from './stress-section.tsx';
import { TargetList } from './target-list.tsx';
import { TestResult } from './test-result.tsx';
import { timePlots } from './time-shapes.ts';
import './load-report.css';

/** One report: at the top, whether it holds and which resource would run out first; below, all measurements. */
export function LoadReportView({ report }: { report: LoadReport }) {
  const { targets, notes, stress, phases, steps, failures, machine } = report;
  return (
    <article className="load-report">
      <div className="report-top">
        <TestResult report={report} />
        <div className="columns">
          <section className="panel" aria-labelledby="targets">
            <h2 id="targets">{texts.targets}</h2>
            <TargetList targets={targets} />
            {notes.map((note) => (
              <Note key={note}>{note}</Note>
            ))}
          </section>
          <UsedPanel report={report} />
        </div>
      </div>
      {stress && stress.stages.length > 0 && <StressSection stress={stress} machine={machine} />}
      {phases && <PhaseList phases={phases} />}
      {report.moments.length > 0 && <TimeSection report={report} />}
      {steps.length > 0 && (
        <section aria-labelledby="steps">
          <h2 id="steps">{texts.steps.title}</h2>
          <p className="lead">{texts.steps.about}</p>
          <StepTable steps={steps} />
        </section>
      )}
      {failures.length > 0 && (
        <section aria-labelledby="errors">
          <h2 id="errors">{texts.failures.title}</h2>
          <FailureTable failures={failures} />
        </section>
      )}
      <section aria-labelledby="setting">
        <h2 id="setting">{texts.setting.title}</h2>
        <Setting report={report} />
      </section>
    </article>
  );
}

function UsedPanel({ report }: { report: LoadReport }) {
  const { stress, machine } = report;
  const stage = stress?.stages.find(({ users, met }) => !met && users === stress.breaks) ?? stress?.stages.at(-1);
  const shares = sharesOf(stage?.resources ?? meanResources(report), machine);
  const users = stage?.users ?? report.users;
  return (
    <section className="panel" aria-labelledby="used">
      <h2 id="used">{texts.used(formatNumber(users))}</h2>
      <ShareList shares={shares} />
    </section>
  );
}

function TimeSection({ report }: { report: LoadReport }) {
  const plots = useMemo(() => timePlots(report, `time ${report.id}`), [report]);
  const unseen = plots.filter(({ shape }) => !isSeen(shape)).map(({ title }) => title);
  return (
    <section aria-labelledby="time">
      <h2 id="time">{texts.overTime}</h2>
      <PlotGrid plots={plots.map((plot) => ({ ...plot, over: texts.time.over }))} />
      {unseen.length > 0 && <p className="unseen">{texts.unseen(unseen)}</p>}
    </section>
  );
}
