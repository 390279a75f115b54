/** The seats of a process, divided among the classes of requests. Arithmetic only: who waits is in admission.ts. */
import type { Contract } from '#wire/contract.ts';

/** In the order in which they get a seat that several could have. */
export const seatClasses = ['critical', 'write', 'read', 'bulk', 'apart'] as const;
export type SeatClass = (typeof seatClasses)[number];

/** Requests apart at once. Of one person: more than the queues behind them let one person wait. */
const APART = 64;
const APART_OF_PERSON = 24;
/** Fewer seats could not be divided. */
const FEWEST = 8;

/** Classes that share seats. */
interface Room {
  /** Seats for whichever class needs one first. */
  readonly shared: number;
  sharedTaken: number;
  /** Seats by person, in all of its classes. */
  readonly takenBy: Map<string, number>;
}

export interface Seats {
  readonly room: Room;
  /** Seats that only this class takes. */
  readonly own: number;
  /** Seats that this class takes at most. */
  readonly most: number;
  /** A person with this many seats in the room gets no further one in this class. */
  readonly ofPerson: number;
  taken: number;
}

/**
 * As many seats as connections: a tenth for what is critical, some for each other class, and the rest is shared. So requests of the lower
 * classes leave connections free, whatever is locked. One person gets at most half of what reads may take, more of it for writes, and for
 * stops as much as there is.
 */
export function divideSeats(connections: number): Record<SeatClass, Seats> {
  const all = Math.max(connections, FEWEST);
  const part = (share: number) => Math.max(1, Math.floor(all * share));
  const own = { critical: part(0.1), write: part(0.15), read: part(0.15), bulk: part(0.05) };
  const room = createRoom(all - Object.values(own).reduce((sum, count) => sum + count, 0));
  const seats = (name: keyof typeof own, shareOfPerson: number, most = own[name] + room.shared): Seats => ({
    room,
    own: own[name],
    most,
    ofPerson: Math.max(1, Math.floor(most * shareOfPerson)),
    taken: 0,
  });
  return {
    critical: seats('critical', 1),
    write: seats('write', 0.65),
    read: seats('read', 0.5),
    bulk: seats('bulk', 0.5, part(0.25)),
    apart: { room: createRoom(0), own: APART, most: APART, ofPerson: APART_OF_PERSON, taken: 0 },
  };
}

const createRoom = (shared: number): Room => ({ shared, sharedTaken: 0, takenBy: new Map() });

export const hasSeat = ({ taken, own, most, room }: Seats): boolean => taken < own || (taken < most && room.sharedTaken < room.shared);
export const mayTake = ({ room, ofPerson }: Seats, person: string): boolean => (room.takenBy.get(person) ?? 0) < ofPerson;

export function takeSeat(seats: Seats, person: string): void {
  const { room } = seats;
  if (++seats.taken > seats.own) room.sharedTaken++;
  room.takenBy.set(person, (room.takenBy.get(person) ?? 0) + 1);
}

export function leaveSeat(seats: Seats, person: string): void {
  const { room } = seats;
  if (seats.taken-- > seats.own) room.sharedTaken--;
  const left = (room.takenBy.get(person) ?? 1) - 1;
  if (left > 0) room.takenBy.set(person, left);
  else room.takenBy.delete(person);
}

/** What a contract says, or else what its method suggests. */
export const priorityOf = ({ priority, method }: Contract): NonNullable<Contract['priority']> =>
  priority ?? (method === 'GET' ? 'read' : 'write');
