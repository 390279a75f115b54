import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readMetricsText, sum } from './metrics-text.ts';

const text = `# HELP process_cpu_seconds_total Total user and system CPU time spent in seconds.
# TYPE process_cpu_seconds_total counter
process_cpu_seconds_total 12.25

# TYPE database_connections gauge
database_connections{state="used"} 3
database_connections{state="max"} 40
active_sessions Nan
`;

describe('the text of /metrics', () => {
  it('gives values by series', () => {
    const metrics = readMetricsText(text);
    assert.equal(metrics.value('process_cpu_seconds_total'), 12.25);
    assert.equal(metrics.value('database_connections{state="max"}'), 40);
  });

  it('gives null for what is not there and what is no number', () => {
    const metrics = readMetricsText(text);
    assert.equal(metrics.value('something_else'), null);
    assert.equal(metrics.value('active_sessions'), null);
  });

  it('of several servers is added up, and unknown as soon as one is', () => {
    assert.equal(sum([1, 2]), 3);
    assert.equal(sum([1, null]), null);
  });
});
