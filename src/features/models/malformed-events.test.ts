/** Servers whose streams deviate from the specification: their output is read, and never dropped. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hearReply } from '../../../test/harness/asked-model.ts';
import { callDelta, chunk, events } from '../../../test/harness/provider-server.ts';
import { createEventReader } from './server/protocols/read-events.ts';

const stop = chunk({}, 'stop');
const usage = { prompt_tokens: 7, completion_tokens: 3 };

/** Each with the text between “Hel” and “lo”. */
const passedOver: [what: string, text: string][] = [
  ['an empty object', events({})],
  ['empty data', 'data:\n\ndata: \n\n'],
  ['a comment', ': ping\n\n:\n'],
  ['words that are no JSON', events('ping', 'null', 'true', '1', '"text"', '[]')],
  ['an event without choices', events({ id: 'x', object: 'chat.completion.chunk', usage })],
  ['no choice', events({ choices: [] }, { choices: null }, { choices: [null] }, { choices: 'none' })],
  ['a choice without a delta', events({ choices: [{ index: 0 }] }, { choices: [{ index: 0, delta: null }] })],
  ['an error that is none', events({ error: null, ...chunk({ content: '' }) }, { error: {} }, { error: '' })],
  ['a numeric id', events({ ...chunk({ content: '' }), id: 7 })],
  [
    'fields of null',
    events(chunk({ role: null, content: null, tool_calls: null, function_call: null, refusal: null, reasoning_content: null })),
  ],
  ['other fields of the protocol of events', 'event: message\nid: 7\nretry: 10\nsomething else\n\n'],
];

describe('an event that says nothing', () => {
  for (const [what, text] of passedOver) {
    it(`is skipped: ${what}`, async () => {
      const body = events(chunk({ content: 'Hel' })) + text + events(chunk({ content: 'lo' }), stop, '[DONE]');
      const { text: said, end, error } = await hearReply({ body });
      assert.deepEqual([said, end?.finish, error], ['Hello', 'stop', undefined]);
    });
  }

  it('is passed over, all of them at once', async () => {
    const body = passedOver.map(([, text]) => text).join('') + events(chunk({ content: 'Hello' }), stop, '[DONE]');
    assert.equal((await hearReply({ body })).text, 'Hello');
  });
});

describe('data after the end of a response', () => {
  const after: [what: string, text: string, more?: { end: 'cut' | 'open' }][] = [
    ['what it took, without choices', events({ usage })],
    ['an error', events({ error: { message: 'GPU on fire', code: 500 } })],
    ['what is no JSON', 'data: {"usage": oh no\n\n'],
    ['half an event', 'data: {"usa'],
    ['a finish that is bad', events(chunk({}, 'error'))],
    ['a page of HTML', '<html>502</html>'],
    ['the connection’s death', '', { end: 'cut' }],
    ['nothing, and never an end', '', { end: 'open' }],
  ];
  for (const [what, text, more] of after) {
    it(`changes nothing: ${what}`, async () => {
      const { text: said, end, error, requests } = await hearReply({ body: events(chunk({ content: 'Hello' }), stop) + text, ...more });
      assert.deepEqual([said, end?.finish, error, requests.length], ['Hello', 'stop', undefined, 1]);
      if (text.includes('"prompt_tokens"')) assert.deepEqual([end?.inputTokens, end?.outputTokens], [7, 3]);
    });
  }
});

describe('the token usage of a response', () => {
  const places: [where: string, body: string][] = [
    ['in an event of its own', events(chunk({ content: 'Hello' }), stop, { choices: [], usage }, '[DONE]')],
    ['with the last content', events({ ...chunk({ content: 'Hello' }, 'stop'), usage }, '[DONE]')],
    [
      'in each event, growing',
      events({ ...chunk({ content: 'Hello' }), usage: { prompt_tokens: 7, completion_tokens: 1 } }, { ...stop, usage }, '[DONE]'),
    ],
    ['in the choice', events({ choices: [{ index: 0, delta: { content: 'Hello' }, finish_reason: 'stop', usage }] }, '[DONE]')],
    ['under a name of the server’s own', events(chunk({ content: 'Hello' }), { ...stop, x_groq: { usage } }, '[DONE]')],
  ];
  for (const [where, body] of places) {
    it(`is read ${where}`, async () => {
      const { text, end } = await hearReply({ body });
      assert.deepEqual([text, end?.inputTokens, end?.outputTokens], ['Hello', 7, 3]);
    });
  }
});

const write = { name: 'write_file', arguments: '{"path":"a.md","content":"b"}' };
const first = { tool: 'write_file', input: { path: 'a.md', content: 'b' } };

/** Each has two calls: one that writes a.md, and one that lists. */
const callShapes: [how: string, ...deltas: object[]][] = [
  [
    'by index, interleaved',
    callDelta({ index: 0, id: 'a', name: 'write_file', arguments: '{"path":"a.md"' }),
    callDelta({ index: 1, id: 'b', name: 'list_files', arguments: '{' }),
    callDelta({ index: 0, arguments: ',"content":"b"}' }),
    callDelta({ index: 1, arguments: '}' }),
  ],
  ['without an index, one after the other', callDelta({ id: 'a', ...write }), callDelta({ id: 'b', name: 'list_files', arguments: '{}' })],
  [
    'without an index, in pieces by their ids',
    callDelta({ id: 'a', name: 'write_file', arguments: '{"path":"a.md"' }),
    callDelta({ id: 'b', name: 'list_files', arguments: '' }),
    callDelta({ id: 'a', arguments: ',"content":"b"}' }),
    callDelta({ id: 'b', arguments: '{}' }),
  ],
  ['with neither index nor id', callDelta(write), callDelta({ name: 'list_files', arguments: '{}' })],
  [
    'all at index 0, each whole',
    callDelta({ index: 0, id: 'a', ...write }),
    callDelta({ index: 0, id: 'b', name: 'list_files', arguments: '{}' }),
  ],
  ['all at index 0, without ids', callDelta({ index: 0, ...write }), callDelta({ index: 0, name: 'list_files', arguments: '{}' })],
  ['with the same id', callDelta({ index: 0, id: 'x', ...write }), callDelta({ index: 1, id: 'x', name: 'list_files', arguments: '{}' })],
  [
    'with ids that are numbers',
    callDelta({ index: 0, id: 1, ...write }),
    callDelta({ index: 1, id: 2, name: 'list_files', arguments: '{}' }),
  ],
  [
    'with an index as text',
    callDelta({ index: '0', id: 'a', ...write }),
    callDelta({ index: '1', id: 'b', name: 'list_files', arguments: '{}' }),
  ],
  ['in one list without an index', { tool_calls: [{ function: write }, { function: { name: 'list_files', arguments: '' } }] }],
  [
    'with id and name in each piece',
    callDelta({ index: 0, id: 'a', name: 'write_file', arguments: '{"path":"a.md"' }),
    callDelta({ index: 0, id: 'a', name: 'write_file', arguments: ',"content":"b"}' }),
    callDelta({ index: 1, id: 'b', name: 'list_files', arguments: '{}' }),
  ],
  [
    'with another id in each piece',
    callDelta({ index: 0, id: 'a', name: 'write_file', arguments: '{"path":"a.md"' }),
    callDelta({ index: 0, id: 'a2', name: '', arguments: ',"content":"b"}' }),
    callDelta({ index: 1, id: 'b', name: 'list_files', arguments: '{}' }),
  ],
  [
    'with empty names and ids in later pieces',
    callDelta({ index: 0, id: 'a', name: 'write_file', arguments: '' }),
    callDelta({ index: 0, id: '', name: '', arguments: '{"path":"a.md",' }),
    callDelta({ index: 0, id: null, name: null, arguments: '"content":"b"}' }),
    callDelta({ index: 1, id: 'b', name: 'list_files', arguments: null }),
  ],
  [
    'with the name after the input',
    callDelta({ index: 0, id: 'a', arguments: '{"path":"a.md",' }),
    callDelta({ index: 0, name: 'write_file', arguments: '"content":"b"}' }),
    callDelta({ index: 1, id: 'b', name: 'list_files', arguments: '{}' }),
  ],
  [
    'with the input as an object',
    callDelta({ index: 0, id: 'a', name: 'write_file', arguments: { path: 'a.md', content: 'b' } }),
    callDelta({ index: 1, id: 'b', name: 'list_files', arguments: {} }),
  ],
  [
    'with an empty object before the input',
    callDelta({ index: 0, id: 'a', name: 'write_file', arguments: '{}' }),
    callDelta({ index: 0, arguments: write.arguments }),
    callDelta({ index: 1, id: 'b', name: 'list_files', arguments: '{}' }),
  ],
  [
    'with the whole input once more at the end',
    callDelta({ index: 0, id: 'a', ...write }),
    callDelta({ index: 0, arguments: write.arguments }),
    callDelta({ index: 1, id: 'b', name: 'list_files', arguments: '{}' }),
  ],
];

describe('tool calls', () => {
  for (const [how, ...deltas] of callShapes) {
    it(`are put together ${how}`, async () => {
      const body = events(...deltas.map((delta) => chunk(delta)), chunk({}, 'tool_calls'), '[DONE]');
      const { calls, parts, error } = await hearReply({ body });
      assert.deepEqual([calls, error], [[first, { tool: 'list_files', input: {} }], undefined]);
      const ids = parts.flatMap((part) => (part.type === 'tool_call' ? part.callId : []));
      assert.equal(new Set(ids).size, 2);
    });
  }

  it('end with stop, or with the last piece itself', async () => {
    for (const body of [events(chunk(callDelta(write)), stop), events(chunk(callDelta(write), 'stop'), '[DONE]')]) {
      const { calls, end } = await hearReply({ body });
      assert.deepEqual([calls, end?.finish], [[first], 'tool-calls']);
    }
  });

  it('may be a single function call in the legacy format', async () => {
    const pieces = [
      { function_call: { name: 'write_file', arguments: '{"path":"a.md",' } },
      { function_call: { arguments: '"content":"b"}' } },
    ];
    const { calls } = await hearReply({ body: events(...pieces.map((piece) => chunk(piece)), chunk({}, 'function_call'), '[DONE]') });
    assert.deepEqual(calls, [first]);
  });
});

describe('a server that does not stream', () => {
  const message = {
    role: 'assistant',
    content: 'Hello',
    reasoning_content: 'Hm.',
    tool_calls: [{ id: 'a', type: 'function', function: write }],
  };
  const completion = { id: 'x', object: 'chat.completion', choices: [{ index: 0, message, finish_reason: 'tool_calls' }], usage };

  it('is read, whatever content type it sends', async () => {
    for (const type of ['application/json', 'text/event-stream', 'text/plain']) {
      const { text, reasoning, calls, end } = await hearReply({ type, body: JSON.stringify(completion, null, 2) });
      assert.deepEqual([text, reasoning, calls, end?.finish, end?.inputTokens], ['Hello', 'Hm.', [first], 'tool-calls', 7]);
    }
  });

  it('is read where it sends one event, one line, or a list', async () => {
    const lines = [chunk({ content: 'Hel' }), chunk({ content: 'lo' }, 'stop')];
    const bodies = [lines.map((line) => JSON.stringify(line)).join('\n'), JSON.stringify(lines), `\n\n  ${JSON.stringify(lines)}`];
    for (const body of bodies) assert.deepEqual((await hearReply({ body })).text, 'Hello');
    assert.equal((await hearReply({ body: events(completion) })).text, 'Hello');
  });

  it('is read in any pieces', async () => {
    const bytes = Buffer.from(JSON.stringify(completion));
    assert.deepEqual((await hearReply({ body: [...bytes].map((byte) => Uint8Array.of(byte)) })).calls, [first]);
  });
});

describe('the bytes of a stream', () => {
  const said = 'Größe 😀 “ok”';
  const objects = [chunk({ content: said }), stop];
  const plain = events(...objects, '[DONE]');
  const forms: [how: string, text: string][] = [
    ['lines that end in CRLF', plain.replaceAll('\n', '\r\n')],
    ['lines that end in CR', plain.replaceAll('\n', '\r')],
    ['a byte order mark', `\ufeff${plain}`],
    ['no space after the colon', plain.replaceAll('data: ', 'data:')],
    ['no empty line between events', plain.replaceAll('\n\n', '\n')],
    ['no end of the last line', plain.trimEnd()],
    [
      'JSON over several lines',
      objects.map((each) => `${JSON.stringify(each, null, 1).replace(/^/gm, 'data: ')}\n\n`).join('') + events('[DONE]'),
    ],
    ['comments and empty lines', `\n\n: hi\n${plain.replaceAll('data:', ': before\ndata:')}`],
    ['[done] in another case, with space around', plain.replace('[DONE]', ' [done] ')],
  ];

  /** The text that a reader gets from bytes in these chunks. */
  function read(pieces: Uint8Array[]): string {
    const reader = createEventReader();
    const found = [...pieces.flatMap((piece) => reader.feed(piece)), ...reader.end()];
    return JSON.stringify(found.map((event) => (event.type === 'json' ? event.data : event.type)));
  }

  for (const [how, text] of forms) {
    it(`are read with ${how}, cut at any place`, () => {
      const bytes = Buffer.from(text);
      const expected = JSON.stringify([...objects, 'done']);
      assert.equal(read([bytes]), expected);
      assert.equal(read([...bytes].map((byte) => Uint8Array.of(byte))), expected);
      for (let at = 1; at < bytes.length; at++) assert.equal(read([bytes.subarray(0, at), bytes.subarray(at)]), expected, `cut at ${at}`);
    });
  }

  it('are read over a connection that brings them one by one', async () => {
    const bytes = Buffer.from(plain.replaceAll('\n', '\r\n'));
    const { text, end } = await hearReply({ body: [...bytes].map((byte) => Uint8Array.of(byte)) });
    assert.deepEqual([text, end?.finish], [said, 'stop']);
  });
});

describe('a message in parts', () => {
  it('is text and thoughts, as Mistral sends them', async () => {
    const thinking = { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] };
    const { text, reasoning } = await hearReply({
      body: events(chunk({ content: [thinking] }), chunk({ content: [{ type: 'text', text: 'Hello' }] }), stop),
    });
    assert.deepEqual([text, reasoning], ['Hello', 'Hm.']);
  });

  it('says a refusal as its text, and ends filtered', async () => {
    const { text, end } = await hearReply({ body: events(chunk({ refusal: 'I will not.' }), stop, '[DONE]') });
    assert.deepEqual([text, end?.finish], ['I will not.', 'content-filter']);
  });
});
