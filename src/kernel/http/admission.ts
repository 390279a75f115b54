/**
 * Admission: how many requests this process works on at once. A request in work holds a seat. The others wait in a queue for their class,
 * in which people take turns, or are refused. What holds no seat holds no connection, so what is admitted is answered soon, and what must
 * always work has seats that nothing else takes (docs/decisions/0040-seats-by-class.md).
 */
import { busy, type HttpProblem } from '#kernel/errors.ts';
import type { Contract } from '#wire/contract.ts';
import { createFairQueue, type Waiting } from './fair-queue.ts';
import { divideSeats, hasSeat, leaveSeat, mayTake, priorityOf, type SeatClass, type Seats, seatClasses, takeSeat } from './seat-classes.ts';

/**
 * Why a request is refused: too many wait in its class, or of its person; it has waited too long; or it is a search or an export while
 * more urgent requests wait.
 */
export const refusalReasons = ['queue_full', 'person_full', 'waited', 'shed'] as const;
export type RefusalReason = (typeof refusalReasons)[number];

/** Milliseconds that a request waits at most: a burst is over by then. */
const BURST_MS = 2000;
/** The same while the queue does not empty: waiting would help nobody then, and what is answered should still be quick. */
const CROWDED_MS = 400;
/** A class in which nobody has found a free seat for this long is crowded. */
const CROWDED_AFTER_MS = 2000;
/** Requests apart mostly wait for a password's hash, which may take as long. */
const APART_MS = 8000;
/** How often it is checked who has waited too long. */
const TICK_MS = 50;
const MAX_WAITING = 1000;
const LONG_QUEUE = 50;
const MAX_WAITING_OF_PERSON = 250;
const MAX_RETRY_AFTER_S = 30;
/** Of each further measurement of how soon a seat becomes free. */
const WEIGHT = 0.1;

/** The cause of refusals: they are counted and logged here, not one by one. */
export const REFUSED = 'all seats are taken';

/** A request's place. Both may be called again, and do nothing then. */
export interface Seat {
  /**
   * Before work that needs the database.
   * @returns nothing if there is a seat at once
   * @throws 503 `busy`; the client's signal's reason if it leaves while it waits
   */
  take(): Promise<void> | undefined;
  /** Before waiting for the client. */
  leave(): void;
}

/** Its signal is read only if it has to wait. */
interface Client {
  readonly signal: AbortSignal;
}

interface Waiter extends Waiting {
  readonly since: number;
  /** It has had a seat before, and goes ahead of those that have not. */
  readonly returns: boolean;
  go(): void;
  refuse(problem: HttpProblem): void;
}

interface Options {
  /** Database connections of this process. */
  connections: number;
  /** In milliseconds. */
  now?: () => number;
  /** Milliseconds that a request had to wait, whether or not it then got a seat. */
  noteWait?: (kind: SeatClass, milliseconds: number) => void;
  noteRefused?: (kind: SeatClass, reason: RefusalReason) => void;
}

export type Admission = ReturnType<typeof createAdmission>;

function createClass(name: SeatClass, seats: Seats) {
  return {
    name,
    seats,
    queue: createFairQueue<Waiter>(),
    /** When a request last got a seat without waiting. */
    freeAt: Number.NEGATIVE_INFINITY,
    /** Usual milliseconds from one seat that became free for someone who waited to the next, and when the last one did. */
    usualMs: 0,
    servedAt: 0,
    /** Refusals in this second and in the one before. */
    second: 0,
    refusedNow: 0,
    refusedBefore: 0,
  };
}
type Class = ReturnType<typeof createClass>;

export function createAdmission({ connections, now = () => performance.now(), noteWait, noteRefused }: Options) {
  const seats = divideSeats(connections);
  const inOrder = seatClasses.map((name) => createClass(name, seats[name]));
  const classes = Object.fromEntries(inOrder.map((kind) => [kind.name, kind])) as Record<SeatClass, Class>;
  let waiting = 0;
  let watching = false;

  const isCrowded = (kind: Class) => kind.queue.size() > 0 && !hasSeat(kind.seats) && now() - kind.freeAt > CROWDED_AFTER_MS;
  const isOverloaded = () => isCrowded(classes.write) || isCrowded(classes.read);
  const longestWait = (kind: Class) => (kind.name === 'apart' ? APART_MS : isCrowded(kind) ? CROWDED_MS : BURST_MS);

  function remove(kind: Class, waiter: Waiter): void {
    kind.queue.remove(waiter);
    waiting--;
  }

  /** Gives free seats to those who wait. */
  function serve(): void {
    for (const kind of inOrder) {
      while (kind.queue.size() > 0 && hasSeat(kind.seats)) {
        const next = kind.queue.next((person) => mayTake(kind.seats, person));
        if (!next) break;
        waiting--;
        const at = now();
        kind.usualMs += (kind.usualMs === 0 ? 1 : WEIGHT) * (Math.min(at - kind.servedAt, BURST_MS) - kind.usualMs);
        kind.servedAt = at;
        noteWait?.(kind.name, at - next.since);
        takeSeat(kind.seats, next.key);
        next.go();
      }
    }
  }

  function refusal(kind: Class, reason: RefusalReason): HttpProblem {
    const second = Math.floor(now() / 1000);
    if (second !== kind.second) {
      kind.refusedBefore = second === kind.second + 1 ? kind.refusedNow : 0;
      kind.refusedNow = 0;
      kind.second = second;
    }
    kind.refusedNow++;
    noteRefused?.(kind.name, reason);
    // By then, all who wait or were refused could have been served.
    const ms = (kind.queue.size() + kind.refusedNow + kind.refusedBefore) * kind.usualMs;
    return busy(Math.min(MAX_RETRY_AFTER_S, Math.max(1, Math.ceil(ms / 1000))), REFUSED);
  }

  function refuseLate(): void {
    watching = false;
    const at = now();
    for (const kind of inOrder) {
      const longest = longestWait(kind);
      for (const waiter of kind.queue.all()) {
        if (at - waiter.since < (waiter.returns ? BURST_MS : longest)) continue;
        remove(kind, waiter);
        noteWait?.(kind.name, at - waiter.since);
        waiter.refuse(refusal(kind, 'waited'));
      }
    }
    watch();
  }

  function watch(): void {
    if (waiting === 0 || watching) return;
    watching = true;
    setTimeout(refuseLate, TICK_MS).unref();
  }

  function wait(kind: Class, key: string, returns: boolean, { signal }: Client): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      function leave(): void {
        remove(kind, waiter);
        reject(signal.reason);
      }
      const settle = (end: () => void) => {
        signal.removeEventListener('abort', leave);
        end();
      };
      const refuse = (problem: HttpProblem) => settle(() => reject(problem));
      const waiter: Waiter = { key, since: now(), returns, go: () => settle(resolve), refuse };
      signal.addEventListener('abort', leave, { once: true });
      if (kind.queue.size() === 0) kind.servedAt = waiter.since;
      if (returns) kind.queue.addAhead(waiter);
      else kind.queue.add(waiter);
      waiting++;
      watch();
    });
  }

  /** @throws 503 `busy` for a request that would only make a queue longer */
  function requirePlace(kind: Class, key: string): void {
    if (kind.queue.size() >= MAX_WAITING) throw refusal(kind, 'queue_full');
    if (kind.queue.sizeOf(key) >= MAX_WAITING_OF_PERSON) throw refusal(kind, 'person_full');
  }

  function createSeat(kind: Class, isBulk: boolean, key: string, client: Client): Seat {
    let held = false;
    let returns = false;
    return {
      take() {
        if (held) return undefined;
        if (isBulk && !returns && isOverloaded()) throw refusal(kind, 'shed');
        if (hasSeat(kind.seats) && mayTake(kind.seats, key)) {
          kind.freeAt = now();
          takeSeat(kind.seats, key);
          held = returns = true;
          return undefined;
        }
        if (!returns) requirePlace(kind, key);
        return wait(kind, key, returns, client).then(() => {
          held = returns = true;
        });
      },
      leave() {
        if (!held) return;
        held = false;
        leaveSeat(kind.seats, key);
        if (waiting > 0) serve();
      },
    };
  }

  return {
    /** @param key the person; for a client that is not signed in, its address */
    seatFor(contract: Contract, key: string, client: Client): Seat {
      const priority = priorityOf(contract);
      if (priority === 'exempt') return noSeat;
      return createSeat(classes[contract.apart ? 'apart' : priority], priority === 'bulk', key, client);
    },
    /** Whether so many wait already to read that others would wait for long: not if all are of people who have their share. */
    isFull: () => classes.read.queue.size() >= LONG_QUEUE && !hasSeat(classes.read.seats),
    /** Seats taken, and requests that wait for one. */
    stats: () => inOrder.map(({ name, seats: { taken }, queue }) => ({ name, taken, waiting: queue.size() })),
  };
}

const noSeat: Seat = { take: () => undefined, leave: () => undefined };
