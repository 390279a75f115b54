/** `<think>…</think>` in the text of a response is reasoning, not output. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hearReply } from '../../../test/harness/asked-model.ts';
import { callDelta, chunk, events } from '../../../test/harness/provider-server.ts';
import { createThinkReader } from './server/protocols/think-tags.ts';

const texts: [text: string, reasoning: string, said: string][] = [
  ['<think>Hm.</think>Hello', 'Hm.', 'Hello'],
  ['<think>\nHm.\n</think>\n\nHello\n', '\nHm.\n', 'Hello\n'],
  ['\n <think>Hm.</think> Hello', 'Hm.', 'Hello'],
  ['<THINK>Hm.</THINK>Hello', 'Hm.', 'Hello'],
  ['<thinking>Hm.</thinking>Hello', 'Hm.', 'Hello'],
  ['<thought>Hm.</thought>Hello', 'Hm.', 'Hello'],
  ['[THINK]Hm.[/THINK]Hello', 'Hm.', 'Hello'],
  ['<think>a</think>\n<think>b</think>Hello', 'ab', 'Hello'],
  ['<think>Is 1 < 2 </ think> ?</think>Hello', 'Is 1 < 2 </ think> ?', 'Hello'],
  ['<think></think>Hello', '', 'Hello'],
  ['<think>never closed', 'never closed', ''],
  ['<think>cut in the tag</thi', 'cut in the tag</thi', ''],
  ['Hello <think>no thought</think>', '', 'Hello <think>no thought</think>'],
  ['`<think>` is a tag', '', '`<think>` is a tag'],
  ['<thin ice', '', '<thin ice'],
  ['<', '', '<'],
  ['  Hello', '', '  Hello'],
  ['', '', ''],
];

describe('a thought within the text', () => {
  for (const [text, reasoning, said] of texts) {
    it(`is recognized wherever it is split: ${JSON.stringify(text)}`, () => {
      const read = (pieces: string[]) => {
        const reader = createThinkReader();
        const all = [...pieces.flatMap((piece) => reader.feed(piece)), ...reader.end()];
        const of = (kind: string) => all.map((each) => (each.kind === kind ? each.text : '')).join('');
        return [of('reasoning'), of('text')];
      };
      assert.deepEqual(read([text]), [reasoning, said]);
      assert.deepEqual(read([...text]), [reasoning, said]);
      for (let at = 1; at < text.length; at++)
        assert.deepEqual(read([text.slice(0, at), text.slice(at)]), [reasoning, said], `cut at ${at}`);
    });
  }

  it('is reasoning of the answer, before its tool calls too', async () => {
    const call = callDelta({ index: 0, id: 'a', name: 'list_files', arguments: '{}' });
    const { text, reasoning, calls } = await hearReply({
      body: events(chunk({ content: '<think>Hm' }), chunk({ content: '.</think>\n\n' }), chunk(call), chunk({}, 'tool_calls')),
    });
    assert.deepEqual([text, reasoning, calls.length], ['', 'Hm.', 1]);
  });

  it('costs a long answer nothing that grows with it', () => {
    const reader = createThinkReader();
    let length = 0;
    for (let n = 0; n < 100_000; n++) for (const { text } of reader.feed(n === 0 ? '<think>' : '<<< x ')) length += text.length;
    for (const { text } of reader.end()) length += text.length;
    assert.equal(length, 99_999 * 6);
  });
});
