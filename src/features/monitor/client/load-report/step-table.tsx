import type { LoadReport } from '#features/monitor/load-report.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { Scrolling } from '#ui/primitives/scrolling.tsx';
import { formatFigure, formatShare, formatStep } from './format.ts';
import { OutcomeMark } from './target-list.tsx';
import { P95_TARGET_MS } from './targets.ts';
import { Meter } from './test-result.tsx';
import '#ui/primitives/figures.css';
import './step-table.css';

type Step = LoadReport['steps'][number];

/** Every kind of request, the slowest p95 first. */
export function StepTable({ steps }: { steps: readonly Step[] }) {
  const sorted = steps.toSorted((a, b) => Number(a.paced ?? false) - Number(b.paced ?? false) || b.p95 - a.p95);
  return (
    <Scrolling label="Table of steps">
      <table className="figures">
        <thead>
          <tr>
            <th scope="col">step</th>
            <th scope="col">count</th>
            <th scope="col">errors</th>
            <th scope="col">p50 ms</th>
            <th scope="col">p95 ms</th>
            <th scope="col">p99 ms</th>
            <th scope="col">max ms</th>
            <th scope="col">of {P95_TARGET_MS} ms</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((step) => (
            <StepRow key={step.name} step={step} />
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}

function StepRow({ step }: { step: Step }) {
  const { name, lap, paced, count, errors } = step;
  const measured = count > errors;
  return (
    <tr>
      <th scope="row">
        <span title={name}>{formatStep(name)}</span>
        {lap && <span className="step-kind">part of the one before</span>}
      </th>
      <td>{formatNumber(count)}</td>
      <td data-bad={errors > 0 || undefined}>{errors === 0 ? '0' : `${formatNumber(errors)} (${formatShare(errors / count)})`}</td>
      {(['p50', 'p95', 'p99', 'max'] as const).map((column) => (
        <td key={column}>{measured ? formatFigure(step[column]) : '–'}</td>
      ))}
      <td className="step-target">
        {paced ? (
          <span className="muted">no target: as long as the model talks</span>
        ) : measured ? (
          <>
            <OutcomeMark outcome={step.p95 < P95_TARGET_MS ? 'met' : 'missed'} />
            <Meter share={step.p95 / P95_TARGET_MS} />
          </>
        ) : (
          <span className="muted">not reached</span>
        )}
      </td>
    </tr>
  );
}
