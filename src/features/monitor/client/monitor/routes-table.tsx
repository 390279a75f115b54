import type { RouteFigures } from '#features/monitor/monitor-contract.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { Scrolling } from '#ui/primitives/scrolling.tsx';
import { formatMs } from '../format.ts';
import { ERROR_TARGET, P95_TARGET_MS } from '../load-report/targets.ts';
import { texts } from '../texts/monitor.ts';
import '#ui/primitives/figures.css';

const words = texts.routes;

export function RoutesTable({ routes }: { routes: readonly RouteFigures[] }) {
  const show = (value: number | null) => (value === null ? '–' : formatMs(value));
  return (
    <section aria-labelledby="routes">
      <h2 id="routes">{words.title}</h2>
      <p className="lead">{routes.length === 0 ? words.none : words.about}</p>
      {routes.length > 0 && (
        <Scrolling label={texts.tableOf(words.title)}>
          <table className="figures">
            <thead>
              <tr>
                <th scope="col">{words.columns.route}</th>
                <th scope="col">{words.columns.count}</th>
                <th scope="col">{words.columns.errors}</th>
                <th scope="col">{words.columns.p50}</th>
                <th scope="col">{words.columns.p95}</th>
                <th scope="col">{words.columns.p99}</th>
              </tr>
            </thead>
            <tbody>
              {routes.map(({ method, route, requests, errors, p50, p95, p99 }) => (
                <tr key={`${method} ${route}`}>
                  <th scope="row">
                    <code>
                      {method} {route}
                    </code>
                  </th>
                  <td>{formatNumber(requests)}</td>
                  <td data-bad={errors > requests * ERROR_TARGET || undefined}>{formatNumber(errors)}</td>
                  <td>{show(p50)}</td>
                  <td data-bad={(p95 ?? 0) > P95_TARGET_MS || undefined}>{show(p95)}</td>
                  <td>{show(p99)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolling>
      )}
    </section>
  );
}
