/** A person who uses a server over HTTP with a cookie of their own, like a browser. */
import { type Call, createCall } from '#wire/call.ts';

export interface Visitor {
  id: string;
  name: string;
  email: string;
  call: Call;
}

export function createVisitorCall(origin: string): Call {
  let cookie = '';
  return createCall(origin, async (input, init) => {
    const headers = new Headers(init?.headers);
    if (cookie) headers.set('cookie', cookie);
    const response = await fetch(input, { ...init, headers });
    // The session's and the browser's; later ones replace these.
    const set = response.headers.getSetCookie().map((line) => line.split(';')[0] ?? '');
    const kept = cookie.split('; ').filter((pair) => pair && !set.some((other) => nameOf(other) === nameOf(pair)));
    cookie = [...kept, ...set].join('; ');
    return response;
  });
}

const nameOf = (pair: string) => pair.slice(0, pair.indexOf('='));
