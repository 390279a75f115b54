/** Walks the list of all contracts: every kind of bad input to every endpoint is rejected, and changes nothing. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import * as z from 'zod';
import { urlOf } from '#wire/call.ts';
import { isRawBody } from '#wire/raw-body.ts';
import { isPromised, startContractWalk } from './harness/contract-walk.ts';
import type { Fixture } from './harness/fixture.ts';
import { invalidBodies, invalidParameters, invalidQueries } from './harness/invalid-inputs.ts';
import { readProblem } from './harness/problem.ts';
import { sampleOf } from './harness/samples.ts';
import { send } from './harness/send.ts';

const { testServer, routes, shared, seedFor, changingNothing } = await startContractWalk();
after(() => testServer.close());

for (const { contract, access } of routes) {
  describe(`${contract.method} ${contract.path}`, () => {
    const changes = contract.method !== 'GET';
    /** A person who may do this. */
    const who = access.role === 'operator' ? 'operator' : 'owner';
    let fixture: Fixture;
    before(async () => {
      fixture = await shared(who);
    });

    if (contract.body instanceof z.ZodObject && 'name' in contract.body.shape) {
      it('rejects deceptive names, and accepts names in all scripts', async () => {
        const sample = sampleOf(contract, fixture);
        const names = ['a\u202eb', 'a\u2066b', '\u200b', 'a\u2060', '\ufeffa', 'a\u200f', 'x\u{e0041}', ' a', 'a ', 'a\u00a0', '\u3164'];
        await changingNothing(async () => {
          for (const name of names) {
            const response = await send(fixture.owner.browser, contract, { ...sample, body: { ...(sample.body as object), name } });
            const { errors } = (await readProblem(response, JSON.stringify(name), 422)) as { errors?: { path: string; message: string }[] };
            assert.equal(errors?.[0]?.path, 'name');
            assert.match(
              errors?.[0]?.message ?? '',
              /^This name (?:begins or ends with a blank|contains .+ \(U\+[0-9A-F]{4,5}\))\. Leave it out\.$/,
            );
          }
        });
        for (const name of [
          'می\u200cخواهم',
          'नमस्ते',
          '山田　太郎',
          '👩\u200d💻',
          '🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}',
          'שלום',
        ])
          assert.ok(contract.body instanceof z.ZodObject && contract.body.safeParse({ ...(sample.body as object), name }).success, name);
      });
    }

    const { body: bodySchema, query: querySchema } = contract;
    if (bodySchema && !isRawBody(bodySchema)) {
      it('rejects invalid bodies, each with a reason', () =>
        changingNothing(async () => {
          const sample = sampleOf(contract, fixture);
          for (const [what, body] of invalidBodies(bodySchema, sample.body)) {
            const refusal = await readProblem(await send(fixture.owner.browser, contract, sample, { body }), what);
            assert.ok(refusal.code !== 'invalid_input' || refusal.errors?.length, `${what}: no reason is named`);
          }
        }));

      it('rejects anything but JSON in UTF-8', () =>
        changingNothing(async () => {
          const sample = sampleOf(contract, fixture);
          const good = JSON.stringify(sample.body);
          const spoiled = [
            '',
            '{',
            `${good}}`,
            `${good},`,
            'undefined',
            `{'a':1}`,
            Buffer.from('{"name":"\xff"}', 'latin1'),
            Buffer.alloc(9),
          ];
          for (const body of spoiled) {
            const refusal = await readProblem(await send(fixture.owner.browser, contract, sample, { body }), `${body}`, 400);
            assert.equal(refusal.code, 'malformed_json');
          }
          for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'json']) {
            const response = await send(fixture.owner.browser, contract, sample, { headers: { 'content-type': type } });
            assert.equal((await readProblem(response, type, 415)).code, 'unsupported_media_type');
          }
        }));
    }

    if (querySchema) {
      it('rejects invalid query strings', () =>
        changingNothing(async () => {
          const sample = sampleOf(contract, fixture);
          const [address] = url(sample.params).split('?');
          for (const [what, text] of invalidQueries(querySchema, sample.query ?? {}))
            await readProblem(await send(fixture.owner.browser, contract, sample, { url: `${address}?${text}` }), what);
        }));
    }

    if (!contract.anyQuery) {
      it('rejects an unknown query parameter, and names it', () =>
        changingNothing(async () => {
          const sample = sampleOf(contract, fixture);
          for (const name of ['organisation', 'organization[]', '__proto__', 'constructor']) {
            const address = urlOf(contract, { ...sample, query: { ...sample.query, [name]: 'x' } } as never);
            const refusal = await readProblem(await send(fixture.owner.browser, contract, sample, { url: address }), address, 422);
            assert.ok(
              refusal.errors?.some(({ path }) => path === name),
              `${address}: ${refusal.detail}`,
            );
          }
        }));
    }

    if (contract.params) {
      it('finds nothing at malformed addresses', () =>
        changingNothing(async () => {
          const sample = sampleOf(contract, fixture);
          for (const [name, strange] of Object.keys(sample.params ?? {}).flatMap((key) => invalidParameters.map((value) => [key, value]))) {
            const address = contract.path.replace(`:${name}`, () => strange ?? '');
            const query = sample.query ? `?${new URLSearchParams(sample.query)}` : '';
            const refusal = await readProblem(await send(fixture.owner.browser, contract, sample, { url: address + query }), address);
            assert.ok(refusal.status === 404 || refusal.status === 400, `${address}: ${refusal.status}`);
          }
        }));
    }

    if (changes) {
      it('rejects requests from other sites', () =>
        changingNothing(async () => {
          const elsewhere: Record<string, string>[] = [
            { origin: 'https://elsewhere.example' },
            { origin: 'null' },
            { origin: testServer.origin.replace('127.0.0.1', '127.0.0.1.elsewhere.example') },
            { origin: `${testServer.origin}1` },
            { 'sec-fetch-site': 'cross-site' },
            { 'sec-fetch-site': 'same-site' },
            { 'sec-fetch-site': 'cross-site', origin: testServer.origin },
          ];
          for (const headers of elsewhere) {
            const response = await send(fixture.owner.browser, contract, sampleOf(contract, fixture), { headers });
            assert.equal((await readProblem(response, JSON.stringify(headers), 403)).code, 'cross_origin');
          }
        }));

      it('accepts requests from its own site, and from clients other than browsers', async () => {
        const ownSite: Record<string, string>[] = [
          { origin: testServer.origin },
          { 'sec-fetch-site': 'same-origin', origin: testServer.origin },
        ];
        for (const headers of ownSite) {
          const own = await seedFor(who);
          const response = await send(own.owner.browser, contract, sampleOf(contract, own), { headers });
          assert.ok(isPromised(contract, response.status), `${response.status} ${await response.text()}`);
        }
      });
    }

    function url(params: Record<string, string> | undefined): string {
      return contract.path.replace(/:(\w+)/g, (_, name: string) => params?.[name] ?? '');
    }
  });
}
