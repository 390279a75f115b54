import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { endProcesses } from '../harness/process.ts';
import { examine } from './doctor.ts';
import { type Fleet, openFleet } from './fleet.ts';
import { describeFleet } from './fleet-spec.ts';
import { describeForwarding } from './forwarding-spec.ts';
import { nginx, nginxWith } from './proxy.ts';

describeForwarding(nginx);
describeFleet(nginx);

describe('nginx that limits bodies to 1 MB and buffers streams', () => {
  let fleet: Fleet;
  before(async () => {
    const changes = [
      ['client_max_body_size    0;', ''],
      ['proxy_http_version 1.1;', 'proxy_http_version 1.1; proxy_ignore_headers X-Accel-Buffering;'],
    ] as const;
    fleet = await openFleet(nginxWith(changes));
  });
  after(async () => {
    await fleet?.close();
    await endProcesses();
  });

  it('is found by the doctor', async () => {
    const found = await examine(fleet);
    assert.deepEqual([found['request_size'], found['event_stream']], ['failed', 'failed']);
  });
});
