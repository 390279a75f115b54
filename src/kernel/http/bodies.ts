/** The bodies of all requests to this process: what each endpoint takes, and how many bytes all of them may keep in memory at once. */
import type { Request } from 'express';
import type { Contract } from '#wire/contract.ts';
import { addressOf, networkOf } from './address.ts';
import { createByteGate } from './byte-gate.ts';
import { jsonBoundsOf } from './json-bounds.ts';
import { type BodyBounds, readBody, STRANGER_BYTES } from './read-body.ts';
import type { Slowness } from './receive.ts';
import { anyone, type Identity, type Route } from './route.ts';

/** Of the memory for bodies, what requests from nobody known may use together: they must not keep those out who are signed in. */
const SHARE_OF_STRANGERS = 1 / 8;

interface BodyOptions {
  /** Bytes of a body that is a file. */
  maxFileBytes: number;
  /** Bytes of all bodies together, in this process. */
  maxBytesInFlight: number;
  /** Where tests do not want to wait. */
  slowness?: Slowness | undefined;
}

/** A body that is counted until it is let go. */
interface Body {
  value: unknown;
  release(): void;
}

export type Bodies = ReturnType<typeof createBodies>;

export function createBodies({ maxFileBytes, maxBytesInFlight, slowness }: BodyOptions) {
  const ofPeople = createByteGate({ max: maxBytesInFlight });
  const ofStrangers = createByteGate({ max: maxBytesInFlight * SHARE_OF_STRANGERS });
  const bounds = new Map<Contract, BodyBounds>();

  /** Looked at when it is first asked for: most processes never see most endpoints. */
  function boundsOf(contract: Contract): BodyBounds {
    const known = bounds.get(contract);
    if (known) return known;
    const found = bodyBoundsOf(contract, maxFileBytes);
    bounds.set(contract, found);
    return found;
  }

  return {
    /** @throws 400, 408, 413, 415, 422, 503 `busy` */
    async read(request: Request, { contract, access }: Route, identity: Identity | null): Promise<Body> {
      const byStranger = access === anyone || !identity;
      const allowed = boundsOf(contract);
      const most = byStranger && contract.maxBody === undefined ? { ...allowed, bytes: Math.min(STRANGER_BYTES, allowed.bytes) } : allowed;
      const hold = (identity ? ofPeople : ofStrangers).open(identity?.id ?? networkOf(addressOf(request)));
      try {
        return { value: await readBody(request, most, hold, slowness), release: hold.release };
      } catch (error) {
        hold.release();
        throw error;
      }
    },
    /** Bytes of bodies in memory. */
    inFlight: () => ofPeople.inFlight() + ofStrangers.inFlight(),
  };
}

/** What a contract takes, from whoever may use it. */
function bodyBoundsOf({ body, maxBody }: Contract, maxFileBytes: number): BodyBounds {
  if (body === undefined || body === 'bytes') return { kind: 'bytes', bytes: maxBody ?? maxFileBytes };
  const bounds = jsonBoundsOf(body);
  return { kind: 'json', ...bounds, bytes: maxBody ?? bounds.bytes };
}
