import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as z from 'zod';
import { exceededBound, jsonBoundsOf } from './json-bounds.ts';

const exceeded = (text: string, depth: number, values: number) => exceededBound(Buffer.from(text), { depth, values });

describe('the bounds of JSON', () => {
  it('count nesting and values outside strings only', () => {
    assert.equal(exceeded('{"a":[{"b":1}]}', 3, 10), undefined);
    assert.equal(exceeded('{"a":[{"b":1}]}', 2, 10), 'depth');
    assert.equal(exceeded('[1,2,3]', 1, 3), undefined);
    assert.equal(exceeded('[1,2,3,4]', 1, 3), 'values');
    assert.equal(exceeded('[[],[],[]]', 2, 5), 'values');
    assert.equal(exceeded(JSON.stringify({ a: '[[[{{{,,,,"\\' }), 1, 1), undefined);
    assert.equal(exceeded('["\\\\",[[1]]]', 2, 10), 'depth');
    assert.equal(exceeded('["\\",[[[[", 1]', 1, 2), undefined);
  });

  it('leave invalid JSON to the parser, however it ends', () => {
    for (const text of ['', '"', '"\\', ']]]]', 'nonsense', '{"a":"'] as const) assert.equal(exceeded(text, 1, 10), undefined, text);
  });

  it('follow from the contract: no body that matches it exceeds them', () => {
    const member = z.strictObject({ name: z.string().max(3000), kind: z.enum(['a', 'b']).nullable(), more: z.array(z.int()).max(5) });
    const schema = z.strictObject({
      members: z.array(member).max(400),
      prices: z.record(z.string().max(100), z.strictObject({ input: z.number() })),
      deep: z.array(z.array(z.array(z.string().max(1)).max(1)).max(1)).max(1),
    });
    const bounds = jsonBoundsOf(schema);
    const largest = {
      members: Array.from({ length: 400 }, () => ({ name: '\u0001'.repeat(3000), kind: 'b', more: Array(5).fill(-1.5e-300) })),
      prices: Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [String(index).padStart(100, '\u0001'), { input: 1 / 3 }])),
      deep: [[['x']]],
    };
    const text = Buffer.from(JSON.stringify(largest));
    assert.ok(text.length <= bounds.bytes && bounds.bytes < 2 * text.length, `${text.length} of ${bounds.bytes}`);
    assert.equal(exceededBound(text, bounds), undefined);
    assert.equal(exceededBound(text, { ...bounds, values: bounds.values / 4 }), 'values');
  });

  it('leave room for bodies of any contract', () => {
    const { bytes, depth, values } = jsonBoundsOf(z.strictObject({ on: z.boolean() }));
    assert.deepEqual({ bytes, depth, values }, { bytes: 256 * 1024, depth: 16, values: 1000 });
  });
});
