import { useQuery } from '@tanstack/react-query';
import type { CSSProperties } from 'react';
import { Link } from 'wouter';
import { getStorage } from '#features/files/transfer-contract.ts';
import { call } from '#ui/app/call.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { Empty } from '#ui/primitives/empty.tsx';
import { Failure, Note } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import type { ReplyOf } from '#wire/contract.ts';
import { formatShare, formatSize, fullnessOf } from './sizes.ts';
import { texts } from './texts.ts';
import '#ui/primitives/figures.css';
import './storage.css';

type Storage = ReplyOf<typeof getStorage>['body'];

const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);

/** How much of its limit an organization stores, and what takes the space. */
export function StorageView({ organizationId, operator }: { organizationId: string; operator: boolean }) {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['storage', organizationId],
    queryFn: async ({ signal }) => (await call(getStorage, {}, { signal })).body,
  });
  if (isPending) return <Waiting what={texts.loading} />;
  if (!data) return <Failure error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <section className="section" aria-labelledby="storage">
        <h2 id="storage">{texts.title}</h2>
        <p>{texts.about}</p>
        <Used storage={data} />
        <p className="storage-advice">
          {texts.advice} {operator && texts.operators}
        </p>
      </section>
      <section className="section" aria-labelledby="storage-projects">
        <h2 id="storage-projects">{texts.projects}</h2>
        {data.stored === 0 ? <NothingStored /> : <ProjectTable storage={data} />}
      </section>
    </>
  );
}

function Used({ storage: { stored, limit, projects, others } }: { storage: Storage }) {
  const current = sum(projects.map((project) => project.current));
  const parts = [
    { part: 'current', label: texts.current, bytes: current },
    { part: 'history', label: texts.history, bytes: Math.max(0, stored - current - others.stored) },
    ...(others.stored > 0 ? [{ part: 'others', label: texts.otherProjects, bytes: others.stored }] : []),
  ];
  const whole = Math.max(limit ?? stored, stored, 1);
  const fullness = fullnessOf(stored, limit);
  const free = Math.max(0, (limit ?? 0) - stored);
  return (
    <div className="storage-used">
      <p className="storage-figure">
        <b>{limit === null ? texts.usedWithoutLimit(formatSize(stored)) : texts.used(formatSize(stored), formatSize(limit))}</b>
        {limit !== null && <span>{texts.percent(formatShare(stored, limit))}</span>}
      </p>
      {/* biome-ignore lint/a11y/useSemanticElements: a meter has no parts */}
      <div
        className="storage-bar"
        role="meter"
        aria-label={texts.bar}
        aria-valuemin={0}
        aria-valuemax={whole}
        aria-valuenow={stored}
        aria-valuetext={limit === null ? formatSize(stored) : texts.used(formatSize(stored), formatSize(limit))}
      >
        {parts.map(({ part, bytes }) => (
          <span key={part} data-part={part} style={widthOf(bytes, whole)} />
        ))}
      </div>
      <ul className="storage-legend">
        {parts.map(({ part, label, bytes }) => (
          <li key={part} data-part={part}>
            {label} <b>{formatSize(bytes)}</b>
          </li>
        ))}
        {limit !== null && <li data-part="free">{texts.free(formatSize(free))}</li>}
      </ul>
      {fullness === 'full' && <Note kind="danger">{texts.full}</Note>}
      {fullness === 'nearly' && <Note kind="warn">{texts.nearlyFull(formatSize(free))}</Note>}
    </div>
  );
}

const widthOf = (part: number, whole: number): CSSProperties => ({ width: `${(part / whole) * 100}%` });

function ProjectTable({ storage: { projects, others } }: { storage: Storage }) {
  const most = Math.max(1, ...projects.map(({ stored }) => stored));
  return (
    <table className="figures storage-projects">
      <thead>
        <tr>
          <th scope="col">{texts.project}</th>
          <th scope="col">{texts.files}</th>
          <th scope="col">{texts.current}</th>
          <th scope="col">{texts.history}</th>
          <th scope="col">{texts.total}</th>
        </tr>
      </thead>
      <tbody>
        {projects.map(({ id, name, stored, current, files }) => (
          <tr key={id}>
            <th scope="row">
              <Link href={`/projects/${id}`}>{name}</Link>
              <span className="storage-bar" aria-hidden="true">
                <span data-part="current" style={widthOf(current, most)} />
                <span data-part="history" style={widthOf(stored - current, most)} />
              </span>
            </th>
            <td>{formatNumber(files)}</td>
            <td>{formatSize(current)}</td>
            <td>{formatSize(Math.max(0, stored - current))}</td>
            <td>
              <b>{formatSize(stored)}</b>
            </td>
          </tr>
        ))}
        {others.projects > 0 && (
          <tr>
            <th scope="row" colSpan={4}>
              {texts.others(formatNumber(others.projects), others.projects === 1)} <span className="muted">{texts.othersAbout}</span>
            </th>
            <td>
              <b>{formatSize(others.stored)}</b>
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

function NothingStored() {
  return (
    <Empty
      icon="bars"
      title={texts.empty}
      action={
        <Link className="button" href="/">
          {texts.emptyAction}
        </Link>
      }
    >
      {texts.emptyAbout}
    </Empty>
  );
}
