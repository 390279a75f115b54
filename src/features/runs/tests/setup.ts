/** Two servers on one database, and a person with a project. */
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { readRun } from '../../../../test/harness/run-stream.ts';
import { type House, newProject, openHouse, type Person, signUp } from '../../../../test/harness/test-server.ts';
import { getRun, startRun } from '../contract.ts';

export const contiguous = (events: { seq: number }[], from = 1) =>
  assert.deepEqual(
    events.map((event) => event.seq),
    events.map((_, index) => index + from),
  );

export let house: House;
export let other: House;
export let person: Person;
export let projectId: string;

before(async () => {
  house = await openHouse({ practicePace: 5 });
  other = await openHouse({ databaseUrl: house.databaseUrl, practicePace: 5 });
  person = await signUp(house);
  projectId = (await newProject(person)).id;
});

after(async () => {
  await house.close();
  await other.close();
});

export const start = async (message: string, more: { budget?: { steps: number } } = {}) =>
  (await person.call(startRun, { params: { projectId }, body: { message, level: 'autonomous', ...more } })).body.run.id;

export const finish = async (runId: string, reader = person) => {
  await readRun(reader, runId);
  return (await reader.call(getRun, { params: { runId } })).body;
};

export const setHouse = (value: typeof house): void => {
  house = value;
};

export const setOther = (value: typeof other): void => {
  other = value;
};

export const setPerson = (value: typeof person): void => {
  person = value;
};
