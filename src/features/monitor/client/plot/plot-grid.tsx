import { Plot, type PlotProps } from './plot.tsx';
import { isSeen } from './shape.ts';
import './plot-grid.css';

/** Plots side by side, without those that have no data. */
export function PlotGrid({ plots }: { plots: readonly PlotProps[] }) {
  return (
    <div className="plots">
      {plots
        .filter(({ shape }) => isSeen(shape))
        .map((plot) => (
          <Plot key={plot.title} {...plot} />
        ))}
    </div>
  );
}
