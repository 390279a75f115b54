import { Plot, type PlotProps } from './plot.tsx';
import { isSeen } from './shape.ts';
import './plot-grid.css';

/** Plots side by side, without those of which nothing was seen. */
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
