import { type ReactNode, useEffect, useRef, useState } from 'react';
import { texts } from '../texts/plots.ts';
import 'uplot/dist/uPlot.min.css';
import { onThemeChange } from './colours.ts';
import { describeLine } from './describe.ts';
import { drawPlot, FONT, HEIGHT } from './draw.ts';
import { FiguresTable } from './figures-table.tsx';
import type { Line, Shape } from './shape.ts';
import './plot.css';

export interface PlotProps {
  title: string;
  /** What to look for in it, or what it says, in a sentence. */
  hint?: ReactNode;
  /** Name of the x axis. */
  over: string;
  /** Should be memoized: a new object redraws the plot. */
  shape: Shape;
}

/** A plot with its legend, and the same data as text and figures. */
export function Plot({ title, hint, over, shape }: PlotProps) {
  const target = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState<number | null>(null);
  useEffect(() => {
    if (!target.current) return undefined;
    const element = target.current;
    const plot = drawPlot(element, shape, setCursor);
    const resized = new ResizeObserver(() => plot.setSize({ width: Math.max(200, element.clientWidth), height: HEIGHT }));
    resized.observe(element);
    const forget = onThemeChange(() => plot.redraw(false));
    let gone = false;
    // A plot drawn before the font has loaded uses another font, of another width.
    void document.fonts.load(FONT).then(() => gone || plot.redraw(false, true));
    return () => {
      gone = true;
      forget();
      resized.disconnect();
      plot.destroy();
    };
  }, [shape]);

  const at = cursor === null ? undefined : shape.x[cursor];
  return (
    <figure className="plot">
      <figcaption className="plot-head">
        <h3>{title}</h3>
        <span className="plot-at numeric" aria-hidden="true">
          {at === undefined ? '' : texts.at(shape.formatX(at))}
        </span>
        {hint && <div className="plot-hint">{hint}</div>}
      </figcaption>
      <ul className="plot-legend">
        {shape.lines.map((line) => (
          <LegendItem key={line.label} line={line} value={valueAt(line, cursor)} say={shape.formatY} />
        ))}
      </ul>
      <div
        ref={target}
        className="plot-canvas"
        role="img"
        aria-label={texts.description(
          title,
          shape.lines.map((line) => describeLine(line, shape.formatY)),
        )}
      />
      <FiguresTable title={title} over={over} shape={shape} />
    </figure>
  );
}

const valueAt = ({ values }: Line, index: number | null): number | null => (index === null ? null : (values[index] ?? null));

function LegendItem({ line, value, say }: { line: Line; value: number | null; say: (value: number) => string }) {
  const { label, colour, dash, width = 1.5, dots } = line;
  return (
    <li>
      <svg width="20" height="10" viewBox="0 0 20 10" aria-hidden="true">
        {dots ? (
          <circle cx="10" cy="5" r="4" fill={`var(${colour})`} />
        ) : (
          <path d="M0 5h20" stroke={`var(${colour})`} strokeWidth={width + 0.5} strokeDasharray={dash?.join(' ')} fill="none" />
        )}
      </svg>
      {label}
      {value !== null && <b className="numeric">{say(value)}</b>}
    </li>
  );
}
