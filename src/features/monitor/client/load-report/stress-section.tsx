import { useMemo } from 'react';
import type { LoadReport } from '#features/monitor/load-report.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { PlotGrid } from './plot/plot-grid.tsx';
import { StageTable } from './stage-table.tsx';
import { latencyShape, shareShape, throughputShape } from './stress-shapes.ts';

type Stress = NonNullable<LoadReport['stress']>;

/** How the server scales with users, where it breaks, and which resource runs out. */
export function StressSection({ stress, machine }: { stress: Stress; machine: LoadReport['machine'] }) {
  const shapes = useMemo(
    () => ({ throughput: throughputShape(stress), latency: latencyShape(stress), share: shareShape(stress, machine) }),
    [stress, machine],
  );
  return (
    <section aria-labelledby="stress">
      <h2 id="stress">How far it goes</h2>
      <p className="lead">{describeLimit(stress)}</p>
      <PlotGrid
        plots={[
          { title: 'Throughput by users', hint: describeFit(stress.fit), over: 'users', shape: shapes.throughput },
          { title: 'Latency by users', hint: 'A cross: a target was missed there.', over: 'users', shape: shapes.latency },
          { title: 'What fills up', hint: 'Share of what there is, by users.', over: 'users', shape: shapes.share },
        ]}
      />
      <StageTable stages={stress.stages} />
    </section>
  );
}

function describeLimit({ limit, breaks }: Stress): string {
  if (limit.resource === 'nothing seen') return limit.evidence;
  const gives = breaks === null ? 'would give out first' : 'gives out first';
  return `The ${limit.resource} ${gives}. ${limit.evidence}`;
}

const share = (value: number) => (value === 0 ? '0' : value.toPrecision(2));

function describeFit(fit: Stress['fit']): string {
  if (!fit) return 'Too few stages to fit a curve to.';
  const peak = fit.peakUsers === null ? '' : `; its peak would be at ${formatNumber(Math.round(fit.peakUsers))} users`;
  const { lambda, sigma, kappa, r2 } = fit;
  return `Fitted: λ ${lambda.toPrecision(3)}/s a user, contention σ ${share(sigma)}, coherency κ ${share(kappa)}, R² ${r2.toFixed(3)}${peak}.`;
}
