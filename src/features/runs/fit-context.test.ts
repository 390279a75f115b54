import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ModelMessage } from '#features/models/server/model.ts';
import { estimateTokens, fitContext } from './server/loop/fit-context.ts';

const exchange = (n: number, characters: number): ModelMessage[] => [
  { role: 'assistant', text: '', calls: [{ callId: `${n}`, tool: 'read_file', input: { path: `${n}` } }] },
  { role: 'tool', results: [{ callId: `${n}`, tool: 'read_file', output: 'x'.repeat(characters), ok: true }] },
];
const conversation = (exchanges: number, characters: number): ModelMessage[] => [
  { role: 'user', text: 'Read them all' },
  ...Array.from({ length: exchanges }, (_, n) => exchange(n, characters)).flat(),
];
const tokens = (messages: ModelMessage[]) => messages.reduce((sum, message) => sum + estimateTokens(JSON.stringify(message)), 0);

describe('a conversation within a model’s context', () => {
  it('is left complete while it fits', () => {
    const messages = conversation(3, 100);
    assert.deepEqual(fitContext(messages, 10_000), { messages, left: { results: 0, messages: 0 } });
  });

  it('loses its oldest tool results first, and says so in their place', () => {
    const { messages, left } = fitContext(conversation(10, 3000), 8000);
    assert.ok(tokens(messages) <= 8000);
    assert.ok(left.results > 0 && left.messages === 0);
    assert.match(JSON.stringify(messages[2]), /Omitted to save space: 3000 characters/);
    assert.doesNotMatch(JSON.stringify(messages.at(-1)), /Left out/);
  });

  it('then loses its oldest exchanges, but never the first message nor half of an exchange', () => {
    const { messages, left } = fitContext(conversation(300, 300), 8000);
    assert.ok(tokens(messages) <= 8000);
    assert.ok(left.messages > 0);
    const [first, second] = messages;
    assert.ok(first?.role === 'user' && first.text.startsWith('Read them all') && first.text.includes(`${left.messages} messages`));
    assert.equal(second?.role, 'assistant');
  });

  it('keeps and counts what a provider requires back with the remaining responses', () => {
    const state = { source: 'here', data: { signature: 's'.repeat(300) } };
    const signed = conversation(300, 300).map((message) =>
      message.role === 'assistant' ? { ...message, reasoning: 'Hm.', state } : message,
    );
    const context = { ...signed[0], context: '<context>now</context>' } as ModelMessage;
    const { messages } = fitContext([context, ...signed.slice(1)], 20_000);
    assert.ok(tokens(messages) <= 20_000 && messages.length < signed.length);
    assert.deepEqual(messages.at(-2), signed.at(-2));
    assert.ok(messages[0]?.role === 'user' && messages[0].context === '<context>now</context>');
  });

  it('keeps the same beginning for many steps, so a provider’s cache helps', () => {
    const beginnings = new Set<string>();
    for (let exchanges = 30; exchanges < 40; exchanges++)
      beginnings.add(JSON.stringify(fitContext(conversation(exchanges, 900), 8000).messages.slice(0, 3)));
    assert.ok(beginnings.size <= 3, `${beginnings.size} different beginnings in ten steps`);
  });

  it('cuts the newest results only if they alone are too long, and says so', () => {
    const lines = '"line"\n'.repeat(4000);
    const messages: ModelMessage[] = [
      { role: 'user', text: 'Read them all' },
      { role: 'assistant', text: '', calls: [] },
      { role: 'tool', results: ['1', '2'].map((callId) => ({ callId, tool: 'read_file', output: lines, ok: true })) },
    ];
    const fitted = fitContext(messages, 8000);
    assert.ok(tokens(fitted.messages) <= 8000);
    const last = fitted.messages.at(-1);
    assert.ok(last?.role === 'tool');
    for (const { output } of last.results) assert.match(output, /^"line"[\s\S]*Truncated to save space: 28000 characters/);
    assert.equal(fitted.left.results, 2);
  });
});
