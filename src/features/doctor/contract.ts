import * as z from 'zod';
import { endpointsOf, instant } from '#wire/contract.ts';

const endpoint = endpointsOf('Doctor');

const status = z.enum(['ok', 'warning', 'failed', 'skipped']);
export type Status = z.infer<typeof status>;

const checkResult = z
  .object({
    /** Stable; docs/doctor.md explains each. A check that finds several problems has a result for each. */
    code: z.string(),
    title: z.string(),
    /** failed: something does not work or is unsafe. warning: something needs attention. skipped: it could not be checked. */
    status,
    /** What was done, and what came of it. */
    detail: z.string(),
    /** What to do; empty if nothing. */
    advice: z.string(),
  })
  .meta({ id: 'CheckResult' });
export type CheckResult = z.infer<typeof checkResult>;

const examination = z.object({
  checks: z.array(checkResult),
  /** When it was done; null if the doctor has never run. */
  ranAt: instant.nullable(),
});
export type Examination = z.infer<typeof examination>;

export const getDoctor = endpoint({
  name: 'getDoctor',
  method: 'GET',
  path: '/api/doctor',
  summary: 'Get the results of the last time the doctor ran.',
  replies: { 200: examination },
});

export const runDoctor = endpoint({
  name: 'runDoctor',
  method: 'POST',
  path: '/api/doctor',
  apart: true,
  summary: 'Run the doctor: go through the production checklist by trying everything on it. Takes up to 15 seconds.',
  replies: { 200: examination },
});

/** How a request through the public address looks from this side. */
export const seenRequest = z.object({
  /** Of the client, as limits count it. */
  address: z.string(),
  /** Of the other end of the connection: the client or the nearest proxy. */
  peer: z.string(),
  peerPort: z.number(),
  forwardedFor: z.string().nullable(),
  /** How many of its entries were believed. */
  hops: z.number(),
});
export type SeenRequest = z.infer<typeof seenRequest>;

export const probeRequest = endpoint({
  name: 'probeRequest',
  method: 'GET',
  path: '/api/doctor/probe/request',
  priority: 'exempt',
  routine: true,
  summary: 'See how a request looks from the server: for the doctor, which sends requests through PUBLIC_URL to itself.',
  replies: { 200: seenRequest },
});

export const probeEvents = endpoint({
  name: 'probeEvents',
  method: 'GET',
  path: '/api/doctor/probe/events',
  priority: 'exempt',
  routine: true,
  summary: 'Get a few events at a known interval: for the doctor, which measures whether a proxy holds them back.',
  replies: { 200: 'events' },
});

export const probeBody = endpoint({
  name: 'probeBody',
  method: 'POST',
  path: '/api/doctor/probe/body',
  priority: 'exempt',
  routine: true,
  summary: 'Send a body of any kind, which is counted and discarded: for the doctor, which tries whether large ones pass the proxy.',
  replies: { 200: z.object({ bytes: z.number() }) },
});
