import { useState } from 'react';
import { texts } from '../texts/plots.ts';
import type { Shape } from './shape.ts';
import '#ui/primitives/figures.css';

/** As many as are readable; beyond that, only every nth row is shown. */
const MAX_ROWS = 60;

/** The plot as a table, rendered when it is opened. */
export function FiguresTable({ title, over, shape }: { title: string; over: string; shape: Shape }) {
  const [open, setOpen] = useState(false);
  const { x, lines, formatX, formatY } = shape;
  const every = Math.ceil(x.length / MAX_ROWS);
  const rows = x.flatMap((at, index) => (index % every === 0 ? [{ at, index }] : []));
  return (
    <details className="plot-figures" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {texts.figures}
        <span className="visually-hidden">{texts.ofTitle(title)}</span>
      </summary>
      {open && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolling elements must be reachable by keyboard
        <section className="plot-figures-table" aria-label={texts.figuresOf(title)} tabIndex={0}>
          <table className="figures">
            <thead>
              <tr>
                <th scope="col">{over}</th>
                {lines.map(({ label }) => (
                  <th key={label} scope="col">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ at, index }) => (
                <tr key={at}>
                  <th scope="row">{formatX(at)}</th>
                  {lines.map(({ label, values }) => {
                    const value = values[index] ?? null;
                    return <td key={label}>{value === null ? '–' : formatY(value)}</td>;
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </details>
  );
}
