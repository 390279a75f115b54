/** Two servers on one database, and a person with a project. */
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { readRun } from '../../../../test/harness/run-stream.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from '../../../../test/harness/test-server.ts';
import { getRun, startRun } from '../contract.ts';

export const contiguous = (events: { seq: number }[], from = 1) =>
  assert.deepEqual(
    events.map((event) => event.seq),
    events.map((_, index) => index + from),
  );

export let testServer: TestServer;
export let other: TestServer;
export let person: Person;
export let projectId: string;

before(async () => {
  testServer = await startTestServer({ demoPace: 5 });
  other = await startTestServer({ databaseUrl: testServer.databaseUrl, demoPace: 5 });
  person = await signUp(testServer);
  projectId = (await newProject(person)).id;
});

after(async () => {
  await testServer.close();
  await other.close();
});

export const start = async (message: string, more: { budget?: { steps: number } } = {}) =>
  (await person.call(startRun, { params: { projectId }, body: { message, level: 'autonomous', ...more } })).body.run.id;

export const finish = async (runId: string, reader = person) => {
  await readRun(reader, runId);
  return (await reader.call(getRun, { params: { runId } })).body;
};

export const setHouse = (value: typeof testServer): void => {
  testServer = value;
};

export const setOther = (value: typeof other): void => {
  other = value;
};

export const setPerson = (value: typeof person): void => {
  person = value;
};
