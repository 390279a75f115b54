/** A report as lines for a terminal; colors carry no meaning. */
import type { LoadReport } from '#features/monitor/load-report.ts';
import type { Latency } from './latency.ts';
import type { StepFigures } from './measure.ts';
import { describeLimit } from './resources/limit.ts';
import { meanOf } from './resources/mean.ts';
import { alignTable, formatMs } from './table.ts';
import { isFast, isSound, MAX_LATENESS_MS } from './targets.ts';

export function renderReport(report: LoadReport): string {
  const { lateness, failures, targets, notes, phases, stress } = report;
  const sections = [
    renderHead(report),
    `${renderSteps(report)}\n  Milliseconds from when a step was due. *: takes as long as the model talks, so it is outside the latency target.`,
    `  Generator: late by ${formatMs(lateness.p99)} ms at p99, ${formatMs(lateness.max)} ms at most (valid up to ${MAX_LATENESS_MS} ms at p99)`,
    renderCost(report),
    stress && renderStages(stress),
    phases && `Phases\n${phases.map(renderPhase).join('\n')}`,
    failures.length > 0 &&
      `Errors\n${failures.map(({ step, code, count, example }) => `  ${code} × ${count} in ${step}: ${example}`).join('\n')}`,
    notes.length > 0 && `Notes\n${notes.map((note) => `  ${note}`).join('\n')}`,
    `Targets\n${targets.map(({ met, text }) => `  ${met ? '✓ met   ' : '✗ missed'}  ${text}`).join('\n')}`,
    report.headline,
    report.passed ? 'Passed: every target is met.' : 'Failed: a target is missed.',
  ];
  return `\n${sections.filter(Boolean).join('\n\n')}\n`;
}

function renderHead({ test, users, seconds, target, machine, generators }: LoadReport): string {
  const { cores, processor, memoryGiB, node, system } = machine;
  return [
    `${test[0]?.toUpperCase()}${test.slice(1)} test: up to ${users} users, ${seconds.toFixed(0)} s, against ${target.origin}`,
    `  This machine: ${cores} cores (${processor}), ${memoryGiB} GiB memory, Node ${node}, ${system}; ${generators} generator process${generators === 1 ? '' : 'es'}`,
    `  ${target.about}`,
  ].join('\n');
}

/** What a request costs, by which tests with different numbers of servers compare. */
function renderCost({ samples, total, seconds }: LoadReport): string | false {
  const { serverCpu, databaseCpu, generatorCpu } = meanOf(samples);
  if (serverCpu === null || total.requests === 0) return false;
  const each = (cores: number | null) => (cores === null ? 'unknown' : `${((cores * seconds * 1000) / total.requests).toFixed(2)} s`);
  return `  CPU for 1,000 requests: servers ${each(serverCpu)}, PostgreSQL ${each(databaseCpu)}, generator ${each(generatorCpu)}`;
}

function renderSteps({ test, steps, total, seconds }: LoadReport): string {
  const judged = test === 'load';
  const head = ['step', 'count', 'errors', 'p50', 'p95', 'p99', 'max', judged ? 'target' : ''];
  const rows = steps.map((step) => [
    `${step.name}${step.paced ? ' *' : ''}`,
    String(step.count),
    String(step.errors),
    ...figures(step, step.count > 0),
    judged ? verdict(step) : '',
  ]);
  const totals = ['all requests', String(total.requests), String(total.errors), ...figures(total, total.requests > 0)];
  return alignTable([head, ...rows, [...totals, `${(total.requests / seconds).toFixed(1)} requests/s`]]);
}

function figures({ p50, p95, p99, max }: Latency, measured: boolean): string[] {
  return [p50, p95, p99, max].map((value) => (measured ? formatMs(value) : '-'));
}

function verdict(step: StepFigures): string {
  if (step.count === 0) return 'not reached';
  const missed = [!isFast(step) && 'p95', !isSound(step) && 'errors'].filter(Boolean);
  if (missed.length > 0) return `✗ missed: ${missed.join(' and ')}`;
  return step.paced ? '-' : '✓ met';
}

function renderStages({ stages, fit, limit, breaks }: NonNullable<LoadReport['stress']>): string {
  const cores = (value: number | null) => (value === null ? '-' : value.toFixed(2));
  const head = ['users', 'requests/s', 'p95', 'errors', 'late', 'server', 'database', 'generator', 'held'];
  const rows = stages.map(({ users, direction, requestsPerSecond, p95, errorRate, lateness, met, missed, resources }) => [
    `${users}${direction === 'down' ? ' ↓' : ''}`,
    requestsPerSecond.toFixed(1),
    formatMs(p95),
    `${(errorRate * 100).toFixed(2)} %`,
    formatMs(lateness),
    ...[resources.serverCpu, resources.databaseCpu, resources.generatorCpu].map(cores),
    met ? '✓ yes' : `✗ no: ${missed.join('; ')}`,
  ]);
  const law = fit
    ? `\n  Scalability: λ ${fit.lambda.toPrecision(3)} requests/s a user, σ ${fit.sigma.toPrecision(3)}, κ ${fit.kappa.toPrecision(3)}, R² ${fit.r2.toFixed(3)}; ${fit.peakUsers === null ? 'no maximum' : `most throughput at ${Math.round(fit.peakUsers)} users`}`
    : '';
  return `Stages (milliseconds; cores in use; ↓: confirmed going down)\n${alignTable([head, ...rows])}${law}\n  ${breaks === null ? limit.evidence : describeLimit(limit)}`;
}

function renderPhase({ name, summary, met, skipped, figures }: NonNullable<LoadReport['phases']>[number]): string {
  const mark = skipped ? '- skipped' : met ? '✓ met    ' : '✗ missed ';
  const list = figures
    .map((figure) => `${figure.name} ${formatFigure(figure.value)}${figure.unit === '' ? '' : ` ${figure.unit}`}`)
    .join(', ');
  return `  ${mark}  ${name}: ${summary}${list === '' ? '' : `\n             ${list}`}`;
}

function formatFigure(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: Math.abs(value) < 10 ? 1 : 0 });
}
