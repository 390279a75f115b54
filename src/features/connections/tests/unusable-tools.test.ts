/** Which tools of a server are offered: those that an admin has reviewed and turned on, as long as they are unchanged. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventually } from '../../../../test/harness/eventually.ts';
import { turnOnTools } from '../../../../test/harness/tool-servers.ts';
import { listServerTools } from '../contract.ts';
import { admin, look, object, offered, params, server, statesOf, survey, tool, turn } from './tool-pins-setup.ts';

describe('the tools of a server', () => {
  describe('that cannot be used never take the others along', () => {
    const deep = (levels: number): unknown => (levels === 0 ? {} : { type: 'object', properties: { a: deep(levels - 1) } });
    const nested = (levels: number) => JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as unknown;
    const bad: [what: string, raw: unknown, problem: RegExp][] = [
      ['one that only runs as a task', tool('bad', { execution: { taskSupport: 'required' } }), /only runs as a task/],
      ['one that says so as before', tool('bad', { taskSupport: 'required' }), /only runs as a task/],
      ['one without a schema', { name: 'bad' }, /not described as a JSON Schema of an object/],
      ['one with a schema of text', tool('bad', { inputSchema: { type: 'string' } }), /not described/],
      [
        'a property that is no schema',
        tool('bad', { inputSchema: { ...object, properties: { type: 'object' } } }),
        /properties\.type is no schema/,
      ],
      ['properties that are a list', tool('bad', { inputSchema: { ...object, properties: [] } }), /properties is no object/],
      ['an unknown type', tool('bad', { inputSchema: { ...object, properties: { a: { type: 'text' } } } }), /properties\.a\.type is none/],
      ['a list of names that is a name', tool('bad', { inputSchema: { ...object, required: 'a' } }), /required is no list of names/],
      [
        'a reference to what is not there',
        tool('bad', { inputSchema: { ...object, properties: { a: { $ref: '#/$defs/b' } } } }),
        /not there/,
      ],
      [
        'a reference to elsewhere',
        tool('bad', { inputSchema: { ...object, properties: { a: { $ref: 'https://example.com/s' } } } }),
        /outside of it/,
      ],
      [
        'references that lead in a circle',
        tool('bad', {
          inputSchema: {
            ...object,
            $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } },
            properties: { a: { $ref: '#/$defs/a' } },
          },
        }),
        /refers to itself/,
      ],
      ['no alternatives', tool('bad', { inputSchema: { ...object, properties: { a: { anyOf: [] } } } }), /anyOf is no list of schemas/],
      ['a schema of 150 levels', tool('bad', { inputSchema: deep(150) }), /levels|nested/],
      ['hints of 3,000 levels', tool('bad', { annotations: nested(3000) }), /levels/],
      ['a name of 300 characters', tool('x'.repeat(300)), /more than 200 characters/],
      ['the same name again', tool('add'), /same name/],
      ['no name', { inputSchema: object }, /no name/],
      ['nothing at all', null, /no name/],
    ];
    for (const [what, raw, problem] of bad)
      it(`${what}`, async () => {
        server.behavior.tools = [tool('add'), raw, tool('find')];
        const listed = await look();
        assert.equal(listed.length, 3);
        assert.equal(listed[1]?.state, 'unusable');
        assert.match(listed[1]?.problem ?? '', problem);
        await turn(listed.filter(({ digest }) => digest));
        await eventually('both tools are offered', async () => (await offered()).join(), 'add,find');
      });

    const good: [what: string, inputSchema: Record<string, unknown>][] = [
      ['a tree, which refers to itself', { ...object, properties: { children: { type: 'array', items: { $ref: '#' } } } }],
      [
        'definitions',
        { ...object, $defs: { a: { type: 'string' } }, properties: { a: { $ref: '#/$defs/a' }, 'b/c~d': { $ref: '#/properties/a' } } },
      ],
      ['several types, and none', { ...object, properties: { a: { type: ['string', 'null'] }, b: {}, c: true } }],
      [
        'a draft of long ago',
        { ...object, $schema: 'http://json-schema.org/draft-07/schema#', definitions: { a: object }, additionalProperties: false },
      ],
      [
        'a list of kinds, one for each place',
        { ...object, properties: { a: { type: 'array', items: [{ type: 'string' }, { type: 'number' }] } } },
      ],
    ];
    for (const [what, inputSchema] of good)
      it(`while a schema may have ${what}`, async () => {
        server.behavior.tools = [tool('add', { inputSchema })];
        assert.deepEqual(statesOf(await look()), ['add new']);
      });

    it('and are sent to models in a form that each provider accepts', async () => {
      const inputSchema = {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        anyOf: [{ properties: { a: { type: 'array' } }, required: ['a'] }, { properties: { b: { type: 'string' } } }],
      };
      server.behavior.tools = [tool('add', { inputSchema }), tool('find')];
      await turn(await look());
      await eventually('both tools are offered', async () => (await offered()).length, 2);
      const { tools } = await survey();
      assert.deepEqual(tools[0]?.inputSchema, { type: 'object', properties: { a: { type: 'array', items: {} }, b: { type: 'string' } } });
      assert.deepEqual(tools[1]?.inputSchema, { type: 'object', properties: {} });
    });
  });

  it('are turned on with a name of any kind, and with one that a model does not take', async () => {
    server.behavior.tools = [tool('files.read/all'), tool('añadir 🎉'), tool('__proto__'), tool('constructor')];
    const listed = await look();
    await turn(listed);
    await eventually('four tools are offered', async () => (await survey()).tools.length, 4);
    for (const { name } of (await survey()).tools) assert.match(name, /^[a-zA-Z0-9_-]{1,64}$/);
  });

  it('are the first ones of a list that is too long, and the screen says so', async () => {
    server.behavior.tools = Array.from({ length: 300 }, (_, index) => tool(`t${index}`));
    await look();
    const { tools, more } = (await admin.call(listServerTools, { params })).body;
    assert.deepEqual([tools.length, more], [200, true]);
    await turnOnTools(admin, params.toolServerId);
    await eventually('200 tools are offered', async () => (await survey()).tools.length, 200);
  });
});
