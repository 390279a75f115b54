/** The way to the server: one pool of connections for a whole run, a `fetch` with its own cookies for each virtual user. */
import { Agent, type RequestInit as UndiciRequestInit, fetch as undiciFetch } from 'undici';
import { createCookieJar } from './cookies.ts';

/** @param connections at most so many; more than there are users, or requests would queue here instead of at the server */
export function createConnections(connections: number): Agent {
  return new Agent({ connections, pipelining: 1 });
}

/** A `fetch` as the browser of one person has it: it keeps cookies and says where it comes from. */
export function createBrowserFetch(origin: string, dispatcher: Agent): typeof fetch {
  const jar = createCookieJar();
  return async (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('origin', origin);
    const cookie = jar.header();
    if (cookie !== '') headers.set('cookie', cookie);
    // undici's types and the DOM's name the same things twice; this is the one place where they meet.
    const options = { ...init, headers: Object.fromEntries(headers), dispatcher } as UndiciRequestInit;
    const response = await undiciFetch(String(input), options);
    jar.take(response.headers.getSetCookie());
    return response as unknown as Response;
  };
}
