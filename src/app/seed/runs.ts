/** Runs of the demo model for the demo team: finished ones, and some that wait for an answer. */
import { setTimeout as sleep } from 'node:timers/promises';
import { listApprovals } from '#features/inbox/contract.ts';
import { decideApproval } from '#features/runs/approvals-contract.ts';
import { branchRun, getRun, hasEnded, type Run, revertRun, startRun, stopRun } from '#features/runs/contract.ts';
import type { CallOf } from '#wire/contract.ts';
import type { Projects } from './projects.ts';
import type { Team } from './team.ts';
import type { Visitor } from './visitor.ts';

export const MODEL = 'practice';
const PAUSE_MS = 20;
/** A server that runs already may take a run, and writes at reading speed. */
const DEADLINE_MS = 120_000;

type Start = Omit<CallOf<typeof startRun>['body'], 'model'>;

/** Until it has ended or asks. @throws Error if it does neither in time */
async function settle({ call }: Visitor, runId: string): Promise<Run> {
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    const { run } = (await call(getRun, { params: { runId }, query: {} })).body;
    if (run.status === 'waiting' || hasEnded(run.status)) return run;
    if (performance.now() > deadline)
      throw new Error(`The run “${run.title}” is still ${run.status}. Run this again on an empty database.`);
    await sleep(PAUSE_MS);
  }
}

async function start(by: Visitor, projectId: string, body: Start): Promise<Run> {
  const { run } = (await by.call(startRun, { params: { projectId }, body: { ...body, model: MODEL } })).body;
  return settle(by, run.id);
}

async function decide(by: Visitor, { id: run }: Run, decision: 'approve' | 'reject', note: string): Promise<void> {
  const [asked] = (await by.call(listApprovals, { query: { run } })).body.approvals;
  if (!asked) throw new Error('a run that waits has no request');
  await by.call(decideApproval, { params: { approvalId: asked.id }, body: { decision, note, hash: asked.hash } });
  await settle(by, run);
}

/** @returns how many were started */
export async function seedRuns(team: Team, { website, handbook }: Projects): Promise<number> {
  const { ada, ben, chiara, deniz, agents } = team;
  const runs: Run[] = [];
  const begin = async (by: Visitor, projectId: string, body: Start) => {
    const run = await start(by, projectId, body);
    runs.push(run);
    return run;
  };

  const read = await begin(ada, website.id, { message: 'List the files, then read content/home.md', level: 'off' });
  await branch(ada, read, runs);
  const written = await begin(chiara, website.id, {
    agentId: agents.editor.id,
    message: 'Write content/questions.md: # Questions\n\nHow fresh is the coffee? We roast on Tuesdays and ship the same week.',
  });
  await decide(ben, written, 'approve', 'Good. Please keep it this short.');
  const refused = await begin(deniz, website.id, { message: 'Delete content/shipping.md', level: 'supervised' });
  await decide(ada, refused, 'reject', 'Customers ask for this page every day.');
  await begin(deniz, website.id, {
    message: 'Write reports/launch.md: # Launch\n\nThree of five points are done. Next: redirects. Then read launch-checklist.md',
    level: 'autonomous',
    agentId: agents.reporter.id,
    goal: { constraints: ['Keep it under one page.', 'Name what is still open.'] },
  });
  await undone(chiara, handbook.id, runs);
  await stopped(deniz, handbook.id, runs);

  // These wait.
  await begin(chiara, website.id, {
    agentId: agents.editor.id,
    message: 'Edit content/pricing.md: replace "Prices include VAT." by "All prices include VAT."',
  });
  await begin(deniz, handbook.id, { message: 'Move tone.md to guides/tone.md', level: 'supervised' });
  await begin(chiara, website.id, {
    message: 'List the files, then read README.md, then search for coffee',
    level: 'off',
    budget: { steps: 1 },
  });
  return runs.length;
}

async function branch(by: Visitor, from: Run, runs: Run[]): Promise<void> {
  const body = { event: 1, message: 'Search for delivery', model: MODEL };
  const { run } = (await by.call(branchRun, { params: { runId: from.id }, body })).body;
  runs.push(await settle(by, run.id));
}

/** A run whose changes a person took back. */
async function undone(by: Visitor, projectId: string, runs: Run[]): Promise<void> {
  const run = await start(by, projectId, { message: 'Write answers/gift.md: # Gifts\n\nWe wrap on request.', level: 'autonomous' });
  await by.call(revertRun, { params: { runId: run.id } });
  runs.push(run);
}

async function stopped(by: Visitor, projectId: string, runs: Run[]): Promise<void> {
  const body = { message: 'Tell the time for 60 s', level: 'off' as const, model: MODEL };
  const { run } = (await by.call(startRun, { params: { projectId }, body })).body;
  await by.call(stopRun, { params: { runId: run.id } });
  runs.push(await settle(by, run.id));
}
