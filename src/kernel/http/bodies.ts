/** The bodies of all requests to this process: what each endpoint accepts, and how much memory all bodies may use at once. */
import type { Request } from 'express';
import type { Contract } from '#wire/contract.ts';
import { isRawBody } from '#wire/raw-body.ts';
import { addressOf, networkOf } from './address.ts';
import { createByteQuota } from './byte-quota.ts';
import { jsonBoundsOf } from './json-bounds.ts';
import { type BodyBounds, readBody, UNAUTHENTICATED_MAX_BYTES } from './read-body.ts';
import type { Slowness } from './receive.ts';
import { anyone, type Identity, type Route } from './route.ts';
import { createSpool } from './spool.ts';

/** The share of body memory for unauthenticated requests: they must not crowd out signed-in users. */
const UNAUTHENTICATED_SHARE = 1 / 8;

interface BodyOptions {
  /** Maximum bytes of a body that is a file. */
  maxFileBytes: number;
  /** Maximum bytes of a body that is spooled to disk. */
  maxSpooledBytes: number;
  /** Maximum bytes of all bodies in this process. */
  maxBytesInFlight: number;
  /** For tests that cannot wait. */
  slowness?: Slowness | undefined;
}

/** A body that is counted until it is released. */
interface Body {
  value: unknown;
  release(): void;
}

export type Bodies = ReturnType<typeof createBodies>;

export function createBodies({ maxFileBytes, maxSpooledBytes, maxBytesInFlight, slowness }: BodyOptions) {
  const authenticated = createByteQuota({ max: maxBytesInFlight });
  const unauthenticated = createByteQuota({ max: maxBytesInFlight * UNAUTHENTICATED_SHARE });
  const spool = createSpool({ maxBytes: maxSpooledBytes });
  const bounds = new Map<Contract, BodyBounds>();

  /** Computed on first use: most processes never see most endpoints. */
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
      const isUnauthenticated = access === anyone || !identity;
      if (contract.body === 'spooled' && identity) return spool.receive(request, identity.id);
      const allowed = boundsOf(contract);
      const most =
        isUnauthenticated && contract.maxBody === undefined
          ? { ...allowed, bytes: Math.min(UNAUTHENTICATED_MAX_BYTES, allowed.bytes) }
          : allowed;
      const reservation = (identity ? authenticated : unauthenticated).reserveFor(identity?.id ?? networkOf(addressOf(request)));
      try {
        return { value: await readBody(request, most, reservation, slowness), release: reservation.release };
      } catch (error) {
        reservation.release();
        throw error;
      }
    },
    /** Bytes of bodies in memory. */
    inFlight: () => authenticated.inFlight() + unauthenticated.inFlight(),
  };
}

/** The bounds of a contract's body. */
function bodyBoundsOf({ body, maxBody }: Contract, maxFileBytes: number): BodyBounds {
  if (body === undefined || isRawBody(body)) return { kind: 'bytes', bytes: maxBody ?? maxFileBytes };
  const bounds = jsonBoundsOf(body);
  return { kind: 'json', ...bounds, bytes: maxBody ?? bounds.bytes };
}
