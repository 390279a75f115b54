/** A real SMTP server for tests: stores the mail it receives, and rejects or delays it if a test says so. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { eventually } from './eventually.ts';

interface Mail {
  from: string;
  to: string[];
  /** By lower-case name, with all values; decoded. */
  headers: Record<string, string[]>;
  subject: string;
  text: string;
  html: string;
  /** As received on the wire. */
  raw: string;
}

export type Mailbox = Awaited<ReturnType<typeof openMailbox>>;

/** Notifications can be turned off; links and notices about accounts cannot. */
export const isNotification = ({ headers }: Mail): boolean => headers['list-unsubscribe'] !== undefined;

/** @param only accepts the others unseen */
export async function openMailbox({ only = (_: Mail): boolean => true } = {}) {
  const mails: Mail[] = [];
  /** The server's response to a mail; undefined accepts it. Replace it in tests. */
  const script = { answer: (_mail: Mail): Promise<string | undefined> | string | undefined => undefined };
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    async onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk as Buffer);
      const { mailFrom, rcptTo } = session.envelope;
      const mail = parse(
        Buffer.concat(chunks).toString(),
        mailFrom ? mailFrom.address : '',
        rcptTo.map(({ address }) => address),
      );
      if (!only(mail)) return callback(null);
      const refusal = await script.answer(mail);
      if (refusal === undefined) mails.push(mail);
      callback(refusal === undefined ? null : Object.assign(new Error(refusal), { responseCode: 451 }));
    },
  });
  // Some tests close a client in the middle of a mail.
  server.on('error', () => undefined);
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  return {
    url: `smtp://127.0.0.1:${(listening.address() as AddressInfo).port}`,
    mails,
    script,
    /** The mails to an address, once there are this many. */
    to: (address: string, count = 1): Promise<Mail[]> =>
      eventually(
        `${address} has ${count} e-mails`,
        () => mails.filter(({ to }) => to.includes(address)),
        (found) => found.length >= count,
      ),
    close: () => new Promise<void>((resolve) => server.close(resolve)),
  };
}

function parse(raw: string, from: string, to: string[]): Mail {
  const { headers, body } = split(raw);
  const boundary = /boundary="?([^";]+)/.exec(headers['content-type']?.[0] ?? '')?.[1];
  const parts = boundary
    ? body
        .split(`--${boundary}`)
        .slice(1, -1)
        .map((part) => split(part.replace(/^\r\n/, '')))
    : [{ headers, body }];
  const find = (type: string) => {
    const part = parts.find((each) => each.headers['content-type']?.[0]?.startsWith(type));
    return part ? decode(part.body, part.headers['content-transfer-encoding']?.[0]) : '';
  };
  return { from, to, headers, subject: headers['subject']?.[0] ?? '', text: find('text/plain'), html: find('text/html'), raw };
}

function split(text: string): { headers: Record<string, string[]>; body: string } {
  const end = text.indexOf('\r\n\r\n');
  const headers: Record<string, string[]> = {};
  for (const line of text
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')) {
    const [name = '', ...value] = line.split(':');
    const known = headers[name.toLowerCase()] ?? [];
    headers[name.toLowerCase()] = [...known, decodeWords(value.join(':').trim())];
  }
  return { headers, body: text.slice(end + 4) };
}

function decode(body: string, encoding = '7bit'): string {
  const text = encoding === 'base64' ? Buffer.from(body, 'base64').toString() : encoding === 'quoted-printable' ? unquote(body) : body;
  return text.replaceAll('\r\n', '\n');
}

const unquote = (text: string) =>
  Buffer.from(
    text.replace(/=\r\n/g, '').replace(/=([\dA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString();

/** RFC 2047: =?UTF-8?Q?…?= and =?UTF-8?B?…?=; whitespace between two of them is dropped. */
const decodeWords = (text: string) =>
  text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([qb])\?(.*?)\?=/gi, (_, kind: string, word: string) =>
      kind.toLowerCase() === 'b' ? Buffer.from(word, 'base64').toString() : unquote(word.replaceAll('_', ' ')),
    );
