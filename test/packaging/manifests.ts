import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { environment } from '#app/config.ts';
import { getLive, getReady } from '#features/monitor/contract.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { findProgram } from '../harness/programs.ts';
import { installTools } from './tools.ts';

const deploy = fileURLToPath(new URL('../../deploy', import.meta.url));
const checkout = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const read = (name: string) => readFileSync(join(deploy, name), 'utf8');
const command = packageJson.scripts.start.replace(/^exec /, '');
const MOST_DEFAULT_CONNECTIONS = 20;

function requireProgram(name: string, debianPackage = name): string {
  const path = findProgram(name);
  if (!path) throw new Error(`npm run test:packaging needs ${name}. Install it: apt-get install ${debianPackage}`);
  return path;
}

function assertVariables(names: readonly string[]): void {
  const known = new Set([...Object.keys(environment.shape), 'NODE_ENV']);
  assert.deepEqual(
    names.filter((name) => !known.has(name)),
    [],
    'variables that Guildhall does not know',
  );
}

interface Named {
  name: string;
  value?: string;
}

describe('the Kubernetes manifests', () => {
  const manifests = readdirSync(join(deploy, 'kubernetes')).map((name) => parse(read(`kubernetes/${name}`)));
  const find = (kind: string) => manifests.find((manifest) => manifest.kind === kind);

  it('fit the schema of their kind', async () => {
    const tools = await installTools('kubernetes-models@5.1.0');
    assert.deepEqual(manifests.map(({ kind }) => kind).sort(), ['Deployment', 'Ingress', 'PodDisruptionBudget', 'Secret', 'Service']);
    for (const manifest of manifests) {
      const { [manifest.kind]: Model } = await import(join(tools.modules, 'kubernetes-models', manifest.apiVersion, `${manifest.kind}.js`));
      new Model(manifest).validate();
    }
    await tools.remove();
  });

  it('stop a server after the proxies have learned of it, with time to end', () => {
    const { spec } = find('Deployment').spec.template;
    const [container] = spec.containers;
    assert.equal(container.readinessProbe.httpGet.path, getReady.path);
    assert.equal(container.livenessProbe.httpGet.path, getLive.path);
    assert.equal(container.startupProbe.httpGet.path, getLive.path);
    const [program, seconds] = container.lifecycle.preStop.exec.command;
    assert.equal(program, 'sleep');
    assert.ok(Number(seconds) + 12 < spec.terminationGracePeriodSeconds);
    assert.equal(container.securityContext.readOnlyRootFilesystem, true);
    assert.equal(spec.securityContext.runAsNonRoot, true);
  });

  it('select the same pods, and name variables that there are', () => {
    const { selector, template } = find('Deployment').spec;
    for (const labels of [selector.matchLabels, find('PodDisruptionBudget').spec.selector.matchLabels, find('Service').spec.selector])
      assert.deepEqual(labels, template.metadata.labels);
    const [{ env, envFrom }] = template.spec.containers;
    assert.equal(envFrom[0].secretRef.name, find('Secret').metadata.name);
    assertVariables([...env.map(({ name }: Named) => name), ...Object.keys(find('Secret').stringData)]);
  });
});

describe('compose.yaml', () => {
  function resolve() {
    const folder = mkdtempSync(join(tmpdir(), 'guildhall-compose-'));
    try {
      const filled = join(folder, 'env');
      writeFileSync(filled, read('compose.env.example').replace(/=$/gm, '=filled'));
      const args = ['--env-file', filled, '--file', join(deploy, 'compose.yaml'), 'config'];
      return parse(execFileSync(requireProgram('docker-compose'), args, { encoding: 'utf8' }));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  it('resolves to a proxy, three servers alike, PostgreSQL and a backup', () => {
    const { services } = resolve();
    assert.deepEqual(Object.keys(services).sort(), ['backup', 'postgres', 'proxy', 'server-1', 'server-2', 'server-3']);
    assert.deepEqual(services['server-2'], services['server-1']);
    assert.deepEqual(services['server-3'], services['server-1']);
    assertVariables(Object.keys(services['server-1'].environment));
    for (const name of ['server-1', 'server-2', 'server-3']) assert.ok(read('haproxy.cfg').includes(`server ${name} ${name}:5000`));
  });

  it('has fewer connections than PostgreSQL allows', () => {
    const { services } = resolve();
    const most = Number(/max_connections=(\d+)/.exec(services.postgres.command.join(' '))?.[1]);
    const perServer = Number(services['server-1'].environment.WEB_CONCURRENCY) * (MOST_DEFAULT_CONNECTIONS + 1);
    assert.ok(3 * perServer + 10 < most, `three servers may have ${3 * perServer} connections of ${most}`);
  });
});

describe('the Dockerfile', () => {
  it('has nothing that dockerfilelint finds', async () => {
    const tools = await installTools('dockerfilelint@1.8.0');
    const lint = join(tools.modules, '.bin/dockerfilelint');
    const found = JSON.parse(execFileSync(lint, ['--output', 'json', join(deploy, 'Dockerfile')], { encoding: 'utf8' }));
    assert.equal(found.totalIssues, 0, JSON.stringify(found));
    await tools.remove();
  });
});

describe('the systemd unit', () => {
  it('is understood by systemd', () => {
    const folder = mkdtempSync(join(tmpdir(), 'guildhall-unit-'));
    const unit = join(folder, 'guildhall.service');
    writeFileSync(
      unit,
      read('guildhall.service')
        .replaceAll('/opt/guildhall', checkout)
        .replace(/^User=.*\nGroup=.*$/m, ''),
    );
    const { stdout, stderr, status } = spawnSync(requireProgram('systemd-analyze', 'systemd'), ['verify', unit], { encoding: 'utf8' });
    rmSync(folder, { recursive: true, force: true });
    assert.deepEqual([stdout + stderr, status], ['', 0]);
  });

  it('starts what npm start does, as the image does', () => {
    assert.match(read('guildhall.service'), new RegExp(`^ExecStart=/opt/guildhall/node_modules/\\.bin/${command}$`, 'm'));
    assert.ok(read('Dockerfile').includes(`CMD ${JSON.stringify(command.split(' ')).replaceAll(',', ', ')}`));
  });
});
