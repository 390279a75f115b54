/** A conversation in the form that providers accept: roles alternate, each call has its result, and ids are ours. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hearReply, request } from '../../../test/harness/asked-model.ts';
import type { ModelMessage } from './server/model.ts';

interface Sent {
  role: string;
  content: unknown;
  tool_calls?: { id: string; function: { name: string; arguments: string } }[];
  tool_call_id?: string;
}

const kinds = ['compatible', 'anthropic', 'openai'] as const;

async function send(kind: (typeof kinds)[number], messages: ModelMessage[]): Promise<Record<string, unknown>> {
  const { requests } = await hearReply({ status: 500, body: '' }, { kind }, request({ messages }));
  return requests[0]?.body ?? {};
}
const chat = async (...messages: ModelMessage[]) => ((await send('compatible', messages))['messages'] as Sent[]).slice(1);

const user = (text: string): ModelMessage => ({ role: 'user', text });
const said = (text: string, ...callIds: string[]): ModelMessage => ({
  role: 'assistant',
  text,
  calls: callIds.map((callId) => ({ callId, tool: 'list_files', input: { path: callId } })),
});
const results = (...callIds: string[]): ModelMessage => ({
  role: 'tool',
  results: callIds.map((callId) => ({ callId, tool: 'list_files', output: `result of ${callId}`, ok: true })),
});

describe('messages of the same role in a row', () => {
  const rows: [what: string, ModelMessage[]][] = [
    ['two messages of a person', [user('a'), user('b')]],
    ['an empty answer between them', [user('a'), said(''), user('b')]],
    ['an answer of white space between them', [user('a'), said(' \n'), user('b'), said('c'), user('d')]],
    ['two answers', [user('a'), said('b'), said('c'), user('d')]],
    ['an answer first', [said('b'), user('c')]],
    ['an answer last', [user('a'), said('b')]],
    ['a message after results', [user('a'), said('', '1'), results('1'), user('b')]],
    ['an answer and calls', [user('a'), said('b'), said('', '1', '2'), results('1', '2')]],
    ['calls without results', [user('a'), said('', '1'), user('b')]],
    ['nothing but calls without results', [said('', '1')]],
    ['results without calls', [user('a'), results('1'), user('b')]],
    ['no message at all', []],
  ];
  for (const [what, messages] of rows) {
    it(`are joined: ${what}`, async () => {
      const roles = (await chat(...messages))
        .map(({ role }) => role)
        .filter((role, index, all) => role !== 'tool' || all[index - 1] !== 'tool');
      assert.equal(roles[0], 'user');
      assert.notEqual(roles.at(-1), 'assistant');
      for (let n = 1; n < roles.length; n++) assert.notEqual(roles[n], roles[n - 1], roles.join(' '));
      const turns = ((await send('anthropic', messages))['messages'] as Sent[]).map(({ role }) => role);
      assert.deepEqual(
        turns,
        turns.map((_, index) => (index % 2 === 0 ? 'user' : 'assistant')),
      );
    });
  }

  it('lose no content, and keep its order', async () => {
    const messages = await chat(user('one'), user('two'), said('three'), said('four', '1'), results('1'), user('five'));
    assert.deepEqual(
      messages.map(({ content }) => content),
      ['one\n\ntwo', 'three\n\nfour', 'result of 1', 'five'],
    );
  });

  it('contain Guildhall’s notes on a message, then its attachments, in that order', async () => {
    const [message] = await chat({ role: 'user', text: 'Do it.', context: '<context>now</context>', payload: '<payload>x</payload>' });
    assert.equal(message?.content, 'Do it.\n\n<context>now</context>\n\n<payload>x</payload>');
  });
});

describe('ids of tool calls', () => {
  it('are ours, unique, and nine of [a-zA-Z0-9], whatever the provider called them', async () => {
    const strange = ['', 'call_1', 'functions.list_files:0', 'ü'.repeat(200), 'call_1'];
    const messages = [user('a'), ...strange.flatMap((id) => [said('', id), results(id)])];
    const sent = await chat(...messages);
    const ids = sent.flatMap(({ tool_calls: calls = [] }) => calls.map(({ id }) => id));
    assert.equal(new Set(ids).size, strange.length);
    for (const id of ids) assert.match(id, /^[a-zA-Z0-9]{9}$/);
    assert.deepEqual(
      sent.flatMap(({ tool_call_id: id }) => id ?? []),
      ids,
    );
    for (const kind of kinds) {
      const text = JSON.stringify(await send(kind, messages));
      for (const id of ids) assert.ok(text.includes(`"${id}"`), kind);
    }
  });

  it('stay as they are when the conversation grows, so that caches hold', async () => {
    const begun = [user('a'), said('', '1', '2'), results('1', '2')];
    const before = await chat(...begun);
    const after = await chat(...begun, said('', '1'), results('1'));
    assert.deepEqual(after.slice(0, before.length), before);
  });

  it('are matched with their results in any order, or without one', async () => {
    const sent = await chat(user('a'), said('', '1', '2', '3'), results('3', '1'), user('b'));
    const calls = sent[1]?.tool_calls ?? [];
    const byId = new Map(sent.flatMap(({ tool_call_id: id, content }) => (id ? [[id, content] as const] : [])));
    assert.deepEqual(
      calls.map(({ id }) => byId.get(id)),
      ['result of 1', 'Not executed.', 'result of 3'],
    );
  });

  it('have a result with something in it', async () => {
    const empty: ModelMessage = { role: 'tool', results: [{ callId: '1', tool: 'list_files', output: ' \n', ok: true }] };
    assert.equal((await chat(user('a'), said('', '1'), empty))[2]?.content, '(No output.)');
  });
});

describe('calls that a model invented', () => {
  it('goes back in a form that providers take: names, and inputs that are no objects', async () => {
    const inputs: [unknown, object][] = [
      ['all of it', { unreadable: 'all of it' }],
      ['{"path": oh', { unreadable: '{"path": oh' }],
      ['{"path":"a"}', { path: 'a' }],
      [null, {}],
      [[1], { unreadable: '[1]' }],
      [undefined, {}],
    ];
    for (const [input, shown] of inputs) {
      const calls = [{ callId: '1', tool: 'rm -rf /', input }];
      const sent = await chat(user('a'), { role: 'assistant', text: '', calls }, results('1'));
      assert.deepEqual(sent[1]?.tool_calls?.[0]?.function, { name: 'rm_-rf__', arguments: JSON.stringify(shown) });
      assert.equal(sent[1]?.content, null);
    }
  });
});

describe('what Anthropic is sent', () => {
  it('marks for its cache the instructions and the two newest turns of ours', async () => {
    const body = await send('anthropic', [user('a'), said('b'), user('c'), said('', '1'), results('1'), user('d')]);
    const marked = (value: unknown) => JSON.stringify(value).includes('"cache_control"');
    assert.ok(marked(body['system']));
    assert.deepEqual((body['messages'] as Sent[]).map(marked), [false, false, true, false, true]);
  });
});
