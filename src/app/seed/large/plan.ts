/**
 * What a large installation consists of, worked out rather than stored: everything follows from the scale and from numbers, so each table
 * can be written by itself. People, projects and runs have numbers from 0. Person n belongs to the same organization as project n.
 */

/** At scale 1. */
const PEOPLE = 20_000;
const RUNS = 50_000;
const PENDING = 2000;
const AUDIT_ENTRIES = 1_000_000;
/** People of the organization that was founded first, and of each other one. */
const FIRST_ORGANIZATION = 2000;
const ORGANIZATION = 20;
/** Files of the first project, the largest, and how often its files were saved: a twentieth of these were one file. */
const LARGEST_TREE = 20_000;
const LARGEST_HISTORY = 40_000;

/** Of all other projects: files, and saves of two files each. */
export const FILES = 49;
export const BATCHES = 24;
export const EVENTS = 100;
const DAY_MS = 86_400_000;
/** Everything has happened within this time. */
const DAYS = 180;

export type Plan = ReturnType<typeof createPlan>;
/** The hexadecimal digits by which ids of one kind differ from those of another. */
type IdKind = keyof typeof kinds;
const kinds = {
  organization: '001',
  user: '002',
  project: '003',
  change: '004',
  run: '005',
  approval: '006',
  session: '007',
  notification: '008',
};

/** @param scale 1 for the whole size @param now milliseconds since 1970 */
export function createPlan(scale: number, now: number) {
  const of = (count: number, least: number) => Math.max(least, Math.round(count * scale));
  const people = of(PEOPLE, 12);
  const first = Math.min(of(FIRST_ORGANIZATION, 6), people);
  const pending = of(PENDING, 3);
  const runs = Math.max(of(RUNS, 20), pending * 2);
  const begin = now - DAYS * DAY_MS;
  const organizationOf = (n: number) => (n < first ? 0 : 1 + Math.floor((n - first) / ORGANIZATION));

  /** A time within the period: number `n` of `count`, at an even pace. @returns milliseconds since 1970 */
  const timeOf = (n: number, count: number) => Math.floor(begin + ((n + 0.5) / count) * (now - begin));

  return {
    people,
    /** People, and projects, of the first organization. */
    first,
    organizations: organizationOf(people - 1) + 1,
    runs,
    pending,
    auditEntries: of(AUDIT_ENTRIES, 100),
    largestTree: of(LARGEST_TREE, FILES),
    largestHistory: of(LARGEST_HISTORY, BATCHES),
    begin,
    now,
    organizationOf,
    /** The person who founded it. */
    ownerOf: (organization: number) => (organization === 0 ? 0 : first + (organization - 1) * ORGANIZATION),
    timeOf,
    /** The runs that wait are the newest, and all of the first organization. */
    isPending: (run: number) => run >= runs - pending,
    projectOfRun: (run: number) => (run >= runs - pending || run % 10 === 0 ? run % first : (run * 7919) % people),
    timeOfRun: (run: number) => timeOf(run, runs),
  };
}

/** Ids are in the order of their numbers, as those of real rows are. */
export const idOf = (kind: IdKind, n: number): string => `01900000-0000-7${kinds[kind]}-8000-${n.toString(16).padStart(12, '0')}`;

/** A number from 0 to below `below` that looks random, always the same for the same two. */
export function pick(a: number, b: number, below: number): number {
  let mixed = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return ((mixed ^ (mixed >>> 13)) >>> 0) % below;
}

export const timestamp = (milliseconds: number): string => new Date(milliseconds).toISOString();
export const dayOf = (milliseconds: number): string => timestamp(milliseconds).slice(0, 10);
