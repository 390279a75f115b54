import type { MonitoredServer } from '#features/monitor/monitor-contract.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { Time } from '#ui/format/time.tsx';
import { Scrolling } from '#ui/primitives/scrolling.tsx';
import { texts } from '../texts/monitor.ts';
import { StatusMark } from './status-mark.tsx';
import '#ui/primitives/figures.css';

const words = texts.servers;

/** @param about whether they are fine, in a sentence */
export function ServersTable({ servers, about }: { servers: readonly MonitoredServer[]; about: string }) {
  return (
    <section aria-labelledby="servers">
      <h2 id="servers">{words.title}</h2>
      <p className="lead">{about}</p>
      {servers.length > 0 && (
        <Scrolling label={texts.tableOf(words.title)}>
          <table className="figures">
            <thead>
              <tr>
                <th scope="col">{words.columns.name}</th>
                <th scope="col" className="figures-words">
                  {words.columns.state}
                </th>
                <th scope="col">{words.columns.version}</th>
                <th scope="col">{words.columns.processes}</th>
                <th scope="col">{words.columns.started}</th>
                <th scope="col">{words.columns.seen}</th>
              </tr>
            </thead>
            <tbody>
              {servers.map(({ name, reports, version, processes, startedAt, lastSeenAt }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td className="figures-words">
                    <StatusMark status={reports ? 'ok' : 'warning'} text={reports ? words.reports : words.isSilent} />
                  </td>
                  <td>{version}</td>
                  <td>{formatNumber(processes)}</td>
                  <td>
                    <Time at={startedAt} />
                  </td>
                  <td>
                    <Time at={lastSeenAt} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolling>
      )}
    </section>
  );
}
