/**
 * Express changes the prototype of every request and response after Node has created it, and V8 then discards what it knew of their shape:
 * about a tenth of a small request's time. Objects created with that prototype keep it.
 */

import type { Express } from 'express';
import { IncomingMessage, ServerResponse } from './node-http.ts';

/** @returns options for `http.createServer` or `https.createServer` */
export function expressPrototypes(app: Express): { IncomingMessage: typeof IncomingMessage; ServerResponse: typeof ServerResponse } {
  return {
    IncomingMessage: madeWith(IncomingMessage, app.request),
    ServerResponse: madeWith(ServerResponse, app.response),
  };
}

function madeWith<C extends abstract new (...args: never[]) => object>(base: C, prototype: object): C {
  // Not a class: the prototype of a class cannot be set.
  function made(...args: unknown[]): object {
    return Reflect.construct(base, args, made);
  }
  made.prototype = prototype;
  return made as unknown as C;
}
