import { useMemo } from 'react';
import type { LoadReport } from '#features/monitor/load-report.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { PlotGrid } from '../plot/plot-grid.tsx';
import { texts } from '../texts/report.ts';
import { StageTable } from './stage-table.tsx';
import { latencyShape, shareShape, throughputShape } from './stress-shapes.ts';

const words = texts.stress;

type Stress = NonNullable<LoadReport['stress']>;

/** How the server scales with users, where it breaks, and which resource runs out. */
export function StressSection({ stress, machine }: { stress: Stress; machine: LoadReport['machine'] }) {
  const shapes = useMemo(
    () => ({ throughput: throughputShape(stress), latency: latencyShape(stress), share: shareShape(stress, machine) }),
    [stress, machine],
  );
  return (
    <section aria-labelledby="stress">
      <h2 id="stress">{words.title}</h2>
      <p className="lead">{describeLimit(stress)}</p>
      <PlotGrid
        plots={[
          { title: words.throughput, hint: describeFit(stress.fit), over: words.overUsers, shape: shapes.throughput },
          { title: words.latency, hint: words.latencyAbout, over: words.overUsers, shape: shapes.latency },
          { title: words.share, hint: words.shareAbout, over: words.overUsers, shape: shapes.share },
        ]}
      />
      <StageTable stages={stress.stages} />
    </section>
  );
}

function describeLimit({ limit, breaks }: Stress): string {
  if (limit.resource === 'nothing seen') return limit.evidence;
  return (breaks === null ? words.limitUnreached : words.limit)(limit.resource, limit.evidence);
}

const share = (value: number) => (value === 0 ? '0' : value.toPrecision(2));

function describeFit(fit: Stress['fit']): string {
  if (!fit) return words.noFit;
  const { lambda, sigma, kappa, r2, peakUsers } = fit;
  const peak = peakUsers === null ? undefined : formatNumber(Math.round(peakUsers));
  return words.fit(lambda.toPrecision(3), share(sigma), share(kappa), r2.toFixed(3), peak);
}
