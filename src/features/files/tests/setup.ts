/** A server, and a project for each test. */
import { after, before, beforeEach } from 'node:test';

import { newProject, type Person, signUp, startTestServer, type TestServer } from '../../../../test/harness/test-server.ts';
import { listFiles, readFile, saveFile } from '../contract.ts';
import { listChanges } from '../history-contract.ts';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');

export let testServer: TestServer;
export let person: Person;
export let params: { projectId: string };

before(async () => {
  testServer = await startTestServer();
  person = await signUp(testServer);
});

beforeEach(async () => {
  params = { projectId: (await newProject(person)).id };
});

after(() => testServer.close());

export const save = (path: string, body: string | Uint8Array, headers: Record<string, string> = {}) =>
  person.call(saveFile, { params, query: { path }, body }, { headers });

export const read = async (path: string, at?: number) => text((await person.call(readFile, { params, query: { path, at } })).body);

export const tree = async (path?: string, depth?: number) =>
  (await person.call(listFiles, { params, query: { path, depth } })).body.entries.map((entry) => entry.path);

export const changes = async (path?: string) => (await person.call(listChanges, { params, query: { path } })).body.changes;

export const setParams = (value: typeof params): void => {
  params = value;
};
