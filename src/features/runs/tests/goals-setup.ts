/** A server and a scripted model, for runs with a goal. */
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { ProblemError } from '#wire/call.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { type ModelServerPart, type ModelServerRequest, openModelServer } from '../../../../test/harness/model-server.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from '../../../../test/harness/test-server.ts';
import { changePlan, getRun, startRun } from '../contract.ts';
import type { RunEvent } from '../events.ts';
import type { PlanStep } from '../plan.ts';

type Script = (request: ModelServerRequest, step: number) => Iterable<ModelServerPart> | AsyncIterable<ModelServerPart>;

/** The script of the run under test; `step` counts its requests from 1. */
let script: Script;
export let asked: ModelServerRequest[] = [];
export let models: Awaited<ReturnType<typeof openModelServer>>;
export let testServer: TestServer;
export let ada: Person;
export let projectId: string;

before(async () => {
  models = await openModelServer((request) => {
    asked.push(request);
    return script(request, asked.length);
  });
  testServer = await startTestServer({ env: { MODEL_SERVER_URL: models.url } });
  ada = await signUp(testServer);
  projectId = (await newProject(ada)).id;
});

after(async () => {
  await testServer.close();
  await models.close();
});

export const step = (text: string, status: PlanStep['status'] = 'open'): PlanStep => ({ text, status });
export const plan = (...steps: PlanStep[]): ModelServerPart => ({ tool: 'update_plan', input: { steps } });
export const write = (path: string): ModelServerPart => ({ tool: 'write_file', input: { path, content: `${path}\n` } });

export async function start(body: { goal?: { constraints: string[] }; budget?: object; agentId?: string } = {}): Promise<string> {
  asked = [];
  const given = { message: 'Describe the engine', model: 'server/test', level: 'autonomous' as const, goal: { constraints: [] }, ...body };
  return (await ada.call(startRun, { params: { projectId }, body: given })).body.run.id;
}

export const read = async (runId: string) => (await ada.call(getRun, { params: { runId } })).body;

export const over = (runId: string) =>
  eventually('the run has ended', async () => {
    const found = await read(runId);
    return ['done', 'failed', 'stopped'].includes(found.run.status) && found;
  });

export const found = (runId: string, type: RunEvent['type']) =>
  eventually(`there is ${type}`, async () => (await read(runId)).events.find((event) => event.type === type));

export const dataOf = <T extends RunEvent['type']>(events: RunEvent[], type: T) =>
  events.flatMap((event) => (event.type === type ? [event.data as Extract<RunEvent, { type: T }>['data']] : []));

export const reportOf = (events: RunEvent[]) => dataOf(events, 'report').at(-1) ?? assert.fail('there is no report');

export const change = (runId: string, version: number, ...steps: PlanStep[]) =>
  ada.call(changePlan, { params: { runId }, body: { steps, version } });

export const refusal = (code: string) => (error: unknown) => error instanceof ProblemError && error.status === 409 && error.code === code;
export const textOf = (request: ModelServerRequest | undefined) => JSON.stringify(request?.messages);

/** A gate that a test opens when the model may continue. */
export function createGate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}

export const setScript = (value: typeof script): void => {
  script = value;
};

export const setAsked = (value: typeof asked): void => {
  asked = value;
};

export const setHouse = (value: typeof testServer): void => {
  testServer = value;
};

export const setAda = (value: typeof ada): void => {
  ada = value;
};
