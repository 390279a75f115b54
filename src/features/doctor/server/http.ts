/**
 * The doctor's HTTP client. It says what happened on the wire, and goes on if a certificate is not trusted: `tls_certificate` reports that,
 * and the other checks look for other things. So no secret leaves this machine by it.
 */
import { type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { DOCTOR } from '#features/monitor/server/routes.ts';

/** Of a body that is read as text: enough for a page. */
const MAX_TEXT = 256 * 1024;

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** Our end of the connection. */
  local: { address: string; port: number };
}

interface Asked {
  method?: string;
  headers?: Record<string, string>;
  body?: Buffer;
  signal: AbortSignal;
}

/** Resolves with the response once its headers have arrived. */
export function open(url: string | URL, { method = 'GET', headers = {}, body, signal }: Asked): Promise<IncomingMessage> {
  const send = new URL(url).protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(body.length) };
    const options = { method, headers: { 'user-agent': DOCTOR, ...headers, ...length }, rejectUnauthorized: false };
    const request = send(url, { ...options, agent: false, signal });
    let answered = false;
    request.on('response', (response) => {
      answered = true;
      resolve(response);
    });
    // A server that rejects a body early closes the connection while it is being sent; its answer counts.
    request.on('error', (error) => setImmediate(() => answered || reject(error)));
    request.end(body);
  });
}

/** @throws the system's error, or the signal's reason */
export async function ask(url: string | URL, asked: Asked): Promise<Answer> {
  const response = await open(url, asked);
  const { localAddress = '', localPort = 0 } = response.socket;
  let text = '';
  response.setEncoding('utf8').on('error', () => undefined);
  for await (const chunk of response as AsyncIterable<string>) if (text.length < MAX_TEXT) text += chunk;
  return { status: response.statusCode ?? 0, headers: response.headers, text, local: { address: localAddress, port: localPort } };
}

/** `ECONNREFUSED`, or the message of an error without a code. */
export function reasonOf(error: unknown): string {
  const { code, cause, message, errors } = error as NodeJS.ErrnoException & { errors?: unknown[] };
  if (code === undefined && errors?.[0] !== undefined) return reasonOf(errors[0]);
  if (code === undefined && cause !== undefined) return reasonOf(cause);
  return code ?? message ?? String(error);
}
