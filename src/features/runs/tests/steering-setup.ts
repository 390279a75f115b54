/** A server and a scripted model, for commands to runs. */
import { after, before } from 'node:test';
import { ProblemError } from '#wire/call.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { type ModelServerPart, type ModelServerRequest, openModelServer } from '../../../../test/harness/model-server.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from '../../../../test/harness/test-server.ts';
import { getRun, startRun } from '../contract.ts';

type Script = (request: ModelServerRequest) => Iterable<ModelServerPart> | AsyncIterable<ModelServerPart>;

let script: Script;
export let models: Awaited<ReturnType<typeof openModelServer>>;
export let testServer: TestServer;
export let person: Person;
export let projectId: string;

before(async () => {
  models = await openModelServer((request) => script(request), { models: [{ id: 'test' }, { id: 'other' }] });
  testServer = await startTestServer({ env: { MODEL_SERVER_URL: models.url } });
  person = await signUp(testServer);
  projectId = (await newProject(person)).id;
});

after(async () => {
  await testServer.close();
  await models.close();
});

export async function start(message: string, body: { model?: string; agentId?: string; budget?: object } = {}): Promise<string> {
  const given = { ...(body.agentId ? {} : { level: 'autonomous', model: 'server/test' }), ...body, message };
  return (await person.call(startRun, { params: { projectId }, body: given as typeof given & { model: string; level: 'autonomous' } })).body
    .run.id;
}

export const read = async (runId: string) => (await person.call(getRun, { params: { runId } })).body;

export const over = (runId: string) =>
  eventually('the run has ended', async () => {
    const found = await read(runId);
    return ['done', 'failed', 'waiting', 'stopped'].includes(found.run.status) && found;
  });

export const run = async (message: string, body?: Parameters<typeof start>[1]) => over(await start(message, body));

/** Does what the newest message asks, such as `write a.md x`, then reports it. */
export const obedient: Script = ({ messages }) => {
  const last = messages.at(-1);
  const [said = ''] = String(last?.content).split('\n');
  const [verb, path = '', content = ''] = said.split(' ');
  if (last?.role === 'tool' || verb !== 'write') return [`I heard ${messages.filter(({ role }) => role === 'user').length} messages.`];
  return [{ tool: 'write_file', input: { path, content } }];
};

export const codeOf = (code: string) => (error: unknown) => error instanceof ProblemError && error.problem.code === code;

export const setScript = (value: typeof script): void => {
  script = value;
};
