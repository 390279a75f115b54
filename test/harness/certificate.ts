/** Certificates made in the test, so that they can be expired, for another name, or of an authority of their own. */
import { createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';

function der(tag: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const { length } = body;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
}

const [SEQUENCE, SET, INTEGER, BOOLEAN, BITS, OCTETS, TEXT, UTC_TIME] = [0x30, 0x31, 0x02, 0x01, 0x03, 0x04, 0x0c, 0x17];
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const ECDSA_SHA256 = der(SEQUENCE, oid('2a8648ce3d040302'));
const nameOf = (name: string) => der(SEQUENCE, der(SET, der(SEQUENCE, oid('550403'), der(TEXT, Buffer.from(name)))));
/** `YYMMDDhhmmssZ` */
const timeOf = (at: Date) =>
  der(
    UTC_TIME,
    Buffer.from(
      `${at
        .toISOString()
        .replace(/\..*|[-:T]/g, '')
        .slice(2)}Z`,
    ),
  );
const extension = (id: string, critical: boolean, value: Buffer) =>
  der(SEQUENCE, oid(id), ...(critical ? [der(BOOLEAN, Buffer.from([255]))] : []), der(OCTETS, value));
const pem = (label: string, bytes: Buffer) =>
  `-----BEGIN ${label}-----\n${(bytes.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END ${label}-----\n`;

interface Authority {
  name: string;
  key: KeyObject;
  cert: string;
}

interface Wanted {
  /** Host name. */
  name: string;
  /** Days from now; in the past for an expired one. */
  days: number;
  authority: Authority;
}

function issue(name: string, days: number, publicKey: KeyObject, issuer: Omit<Authority, 'cert'>, extensions: Buffer[]): string {
  const [from, to] = [new Date(Date.now() - 400 * 86_400_000), new Date(Date.now() + days * 86_400_000)];
  const body = der(
    SEQUENCE,
    der(0xa0, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_SHA256,
    nameOf(issuer.name),
    der(SEQUENCE, timeOf(from), timeOf(to)),
    nameOf(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(SEQUENCE, ...extensions)),
  );
  const signature = createSign('sha256').update(body).sign(issuer.key);
  return pem('CERTIFICATE', der(SEQUENCE, body, ECDSA_SHA256, der(BITS, Buffer.from([0]), signature)));
}

const makeKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

export function makeAuthority(name = 'Guildhall tests'): Authority {
  const { privateKey: key, publicKey } = makeKeys();
  const constraints = extension('551d13', true, der(SEQUENCE, der(BOOLEAN, Buffer.from([255]))));
  return { name, key, cert: issue(name, 3650, publicKey, { name, key }, [constraints]) };
}

/** @returns a certificate and its key, both PEM */
export function makeCertificate({ name, days, authority }: Wanted): { cert: string; key: string } {
  const { privateKey, publicKey } = makeKeys();
  const names = extension('551d11', false, der(SEQUENCE, der(0x82, Buffer.from(name))));
  return { cert: issue(name, days, publicKey, authority, [names]), key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}
