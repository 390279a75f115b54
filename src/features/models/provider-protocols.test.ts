/** OpenAI's and Anthropic's protocols, as spoken by a third-party server. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { LLMock } from '@copilotkit/aimock';
import type { ModelError, ModelPart } from './server/model.ts';
import { createProvider } from './server/provider.ts';

const signal = new AbortController().signal;
const tools = [
  { name: 'list_files', description: 'Lists files.', inputSchema: { type: 'object', properties: { path: { type: 'string' } } } },
];

const textOf = (parts: ModelPart[]) => parts.map((part) => (part.type === 'text' ? part.text : '')).join('');

for (const kind of ['openai', 'anthropic'] as const) {
  describe(`a model of the kind ${kind}`, () => {
    const server = new LLMock({ port: 0, host: '127.0.0.1', chunkSize: 4 });
    before(async () => {
      const list = { id: 'call_1', name: 'list_files', arguments: '{"path":"src"}' };
      server.addFixture({
        match: { userMessage: 'What is here?', hasToolResult: false },
        response: { content: 'I look.', reasoning: 'Files, then.', toolCalls: [list], usage: { input_tokens: 7, output_tokens: 3 } },
      });
      server.addFixture({ match: { userMessage: 'What is here?', hasToolResult: true }, response: { content: 'Two files.' } });
      server.onMessage('too long', {
        error: { message: 'prompt is too long: 9 tokens > 8 maximum', type: 'invalid_request_error' },
        status: 400,
      });
      await server.start();
    });
    after(() => server.stop());

    const model = () => {
      const url = `${server.url}/v1`;
      return createProvider({ slug: kind, name: kind, kind, url, key: 'mock', privateNetwork: true, configured: 'environment' }).model(
        'some-model',
      );
    };
    const ask = (text: string) =>
      Array.fromAsync(model()({ instructions: 'Be brief.', messages: [{ role: 'user', text }], tools, signal }));

    it('streams text, reasoning and the input of a tool', async () => {
      const parts = await ask('What is here?');
      assert.equal(textOf(parts), 'I look.');
      assert.equal(parts.map((part) => (part.type === 'reasoning' ? part.text : '')).join(''), 'Files, then.');
      const written = parts.flatMap((part) => (part.type === 'tool_input' ? [part] : []));
      assert.ok(written.length > 1);
      assert.deepEqual(JSON.parse(written.map(({ text }) => text).join('')), { path: 'src' });
      assert.ok(written.every(({ tool, callId }) => tool === 'list_files' && callId === 'call_1'));
      assert.deepEqual(parts.at(-2), { type: 'tool_call', callId: 'call_1', tool: 'list_files', input: { path: 'src' } });
      const end = parts.at(-1);
      assert.ok(end?.type === 'finish');
      assert.deepEqual([end.finish, end.inputTokens, end.outputTokens], ['tool-calls', 7, 3]);
    });

    it('takes a tool’s result, and one that failed', async () => {
      for (const ok of [true, false]) {
        const messages = [
          { role: 'user' as const, text: 'What is here?' },
          { role: 'assistant' as const, text: 'I look.', calls: [{ callId: 'call_1', tool: 'list_files', input: { path: 'src' } }] },
          { role: 'tool' as const, results: [{ callId: 'call_1', tool: 'list_files', output: 'a.md\nb.md', ok }] },
        ];
        const parts = await Array.fromAsync(model()({ instructions: 'Be brief.', messages, tools, signal }));
        assert.equal(textOf(parts), 'Two files.');
      }
    });

    it('reports when a conversation is too long for it', async () => {
      await assert.rejects(ask('This is too long'), (error: ModelError) => error.code === 'context_overflow' && !error.temporary);
    });
  });
}
