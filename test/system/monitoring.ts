/**
 * `npm run test:monitoring`: a real Prometheus scrapes a real server with two processes, and every query of the Grafana dashboard and every
 * alarm runs against it. Needs Debian's `prometheus`, which brings `promtool`.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { login } from '#features/accounts/contract.ts';
import { listProjects } from '#features/projects/contract.ts';
import { startRun } from '#features/runs/contract.ts';
import { createTestDatabase } from '../harness/database.ts';
import { eventually } from '../harness/eventually.ts';
import { endProcesses, freePort, openProcess, quick, type ServerProcess } from '../harness/process.ts';
import { findProgram } from '../harness/programs.ts';
import { createBrowser, newProject, signUp } from '../harness/test-server.ts';

const TOKEN = 'a token for Prometheus';

/** Panels without figures here: no standby, no backup, no failed job or process, no webhook, no schedule, no request over a limit. */
const mayBeEmpty = new Set([
  'Replication lag',
  'Age of the last backup',
  'Failed recurring jobs',
  'Emails and webhooks',
  'Due times',
  'Refused requests',
]);

interface Panel {
  title: string;
  type: string;
  targets?: { expr: string }[];
}

const read = async (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('monitoring with Prometheus', () => {
  let folder: string;
  let server: ServerProcess;
  let prometheus: ChildProcess | undefined;
  let origin: string;
  let working: NodeJS.Timeout | undefined;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guildhall-prometheus-'));
    const databaseUrl = await createTestDatabase();
    server = await openProcess({ env: { ...quick, DATABASE_URL: databaseUrl, WEB_CONCURRENCY: '2', METRICS_TOKEN: TOKEN } });
    origin = `http://127.0.0.1:${await freePort()}`;
    await startPrometheus();
    await work();
  });
  after(async () => {
    clearInterval(working);
    prometheus?.kill('SIGKILL');
    await endProcesses();
    await rm(folder, { recursive: true, force: true });
  });

  /** The shipped configuration, with this server and short intervals. */
  async function startPrometheus(): Promise<void> {
    const shipped = await read('deploy/prometheus/prometheus.yaml');
    const targets = /static_configs:[\s\S]*$/;
    assert.match(shipped, targets);
    const config = shipped
      .replaceAll('15s', '1s')
      .replace(targets, `static_configs:\n      - targets: ['${new URL(server.origin).host}']\n`);
    await writeFile(join(folder, 'prometheus.yaml'), config);
    await writeFile(join(folder, 'guildhall-metrics-token'), TOKEN);
    await copyFile(new URL('../../deploy/prometheus/alerts.yaml', import.meta.url), join(folder, 'alerts.yaml'));
    const program = findProgram('prometheus');
    assert.ok(program, 'prometheus is not installed: apt-get install prometheus');
    const checked = spawnSync(findProgram('promtool') ?? '', ['check', 'config', 'prometheus.yaml'], { cwd: folder, encoding: 'utf8' });
    assert.equal(checked.status, 0, checked.stderr);
    prometheus = spawn(
      program,
      ['--config.file=prometheus.yaml', `--storage.tsdb.path=${folder}/data`, `--web.listen-address=${new URL(origin).host}`],
      { cwd: folder, stdio: 'ignore' },
    );
  }

  /** Something of everything that the panels show, again and again, so that rates are not zero by zero. */
  async function work(): Promise<void> {
    const person = await signUp(server);
    const wrong = { body: { email: person.email, password: 'not the password' } };
    await assert.rejects(createBrowser(server.origin).call(login, wrong), { status: 401 });
    const params = { projectId: (await newProject(person)).id };
    const body = { message: 'hello', model: 'practice', level: 'supervised' } as const;
    working = setInterval(() => {
      void person.call(startRun, { params, body }).catch(() => undefined);
      void person.call(listProjects, {}).catch(() => undefined);
    }, 1000);
  }

  async function ask<T>(path: string): Promise<T> {
    const response = await fetch(origin + path);
    const body = (await response.json()) as { status: string; error?: string; data: T };
    assert.equal(body.status, 'success', `${path}: ${body.error}`);
    return body.data;
  }
  const query = async (expr: string) =>
    (await ask<{ result: { value: [number, string] }[] }>(`/api/v1/query?query=${encodeURIComponent(expr)}`)).result;

  it('scrapes the server', async () => {
    const up = () =>
      query('up{job="guildhall"}').then(
        (result) => result[0]?.value[1],
        () => undefined,
      );
    await eventually('the server is scraped', up, '1');
  });

  it('answers every query of the dashboard', async () => {
    const dashboard = JSON.parse(await read('deploy/grafana/dashboard.json')) as { panels: Panel[] };
    const panels = dashboard.panels.filter(({ type }) => type !== 'row');
    assert.ok(panels.length > 30);
    const ready = (expr: string) => expr.replaceAll('$job', 'guildhall').replaceAll('$__rate_interval', '30s');
    for (const { title, targets = [] } of panels) {
      assert.ok(targets.length > 0, title);
      for (const { expr } of targets) {
        const isFilled = async () => {
          const values = (await query(ready(expr))).map(({ value }) => value[1]);
          return mayBeEmpty.has(title) || (values.length > 0 && !values.includes('NaN')) ? true : undefined;
        };
        await eventually(`“${title}” has figures: ${expr}`, isFilled);
      }
    }
  });

  it('evaluates every alarm, and none rings', async () => {
    type Rules = { groups: { rules: { name: string; health: string; lastError?: string; state: string }[] }[] };
    const rules = async () => (await ask<Rules>('/api/v1/rules')).groups.flatMap((group) => group.rules);
    await eventually('all are evaluated', rules, (found) => found.length === 9 && found.every(({ health }) => health === 'ok'));
    assert.deepEqual(
      (await rules()).filter(({ state }) => state === 'firing'),
      [],
    );
  });

  it('finds the metrics of several processes clean', async () => {
    const text = await (await fetch(`${server.origin}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } })).text();
    const { status, stdout, stderr } = spawnSync(findProgram('promtool') ?? '', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    assert.deepEqual([status, stdout, stderr], [0, '', '']);
    assert.doesNotMatch(text, /nan$/im);
  });

  it('finds the alarms clean, and each rings when it should and not before', () => {
    for (const args of [
      ['check', 'rules', 'alerts.yaml'],
      ['test', 'rules', 'alerts.test.yaml'],
    ]) {
      const cwd = new URL('../../deploy/prometheus/', import.meta.url);
      const { status, stdout, stderr } = spawnSync(findProgram('promtool') ?? '', args, { cwd, encoding: 'utf8' });
      assert.equal(status, 0, stdout + stderr);
    }
  });

  it('has a chapter in the runbook for each alarm', async () => {
    const [alarms, runbook] = [await read('deploy/prometheus/alerts.yaml'), await read('docs/runbook.md')];
    const names = new Set([...alarms.matchAll(/alert: (\w+)/g)].map(([, name]) => name));
    assert.equal(names.size, 7);
    for (const name of names) assert.match(runbook, new RegExp(`^## ${name}$`, 'm'));
  });
});
