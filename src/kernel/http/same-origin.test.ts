import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Request } from 'express';
import { requireSameOrigin } from './same-origin.ts';

const check = (headers: Record<string, string>) => () => requireSameOrigin({ headers } as unknown as Request);

describe('the check of the origin', () => {
  it('passes the own site, and clients other than browsers', () => {
    check({})();
    check({ host: 'a.example' })();
    check({ origin: 'http://a.example', host: 'a.example' })();
  });

  it('rejects an origin without a host, also for a request without Host', () => {
    for (const origin of ['null', '', 'file://', 'data:text/html,x']) {
      assert.throws(check({ origin, host: 'a.example' }), { code: 'cross_origin' });
      assert.throws(check({ origin }), { code: 'cross_origin' });
    }
  });
});
