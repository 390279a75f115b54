/** TLS: the certificate that people's browsers get, and the way there from plain HTTP. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { type Check, type Finding, failed, ok, skipped, warning } from '../check.ts';
import type { Context } from '../context.ts';
import { ask, reasonOf } from '../http.ts';
import { texts } from '../texts/address.ts';

const DAY_MS = 86_400_000;
/** Those that renew certificates by themselves do it earlier. */
const SOON_DAYS = 14;

async function checkCertificate(ctx: Context): Promise<Finding> {
  const { publicUrl, production, tls } = ctx.settings;
  const ofFiles = tls && (await checkFiles(tls));
  if (ofFiles) return ofFiles;
  if (publicUrl === undefined) return skipped(texts.certificate.unset);
  const url = new URL(publicUrl);
  if (url.protocol !== 'https:') return production ? failed(texts.certificate.plain(publicUrl)) : skipped(texts.certificate.development);
  try {
    const { certificate, untrusted } = await readCertificate(url, ctx.signal);
    return judge(url.hostname, certificate, untrusted);
  } catch (error) {
    const reason = reasonOf(error);
    const silent = /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/.test(reason);
    return silent ? skipped(texts.certificate.silent(publicUrl)) : failed(texts.certificate.broken(publicUrl, reason));
  }
}

/** @returns a finding if the server could not use them */
async function checkFiles({ cert, key }: { cert: string; key: string }): Promise<Finding | undefined> {
  const read = (path: string) => readFile(path).catch((error: unknown) => reasonOf(error));
  const [certPem, keyPem] = [await read(cert), await read(key)];
  if (typeof certPem === 'string') return failed(texts.certificate.unreadable('TLS_CERT', certPem));
  if (typeof keyPem === 'string') return failed(texts.certificate.unreadable('TLS_KEY', keyPem));
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(certPem);
  } catch (error) {
    return failed(texts.certificate.unreadable('TLS_CERT', reasonOf(error)));
  }
  try {
    if (!certificate.checkPrivateKey(createPrivateKey(keyPem))) return failed(texts.certificate.mismatch);
  } catch (error) {
    return failed(texts.certificate.unreadable('TLS_KEY', reasonOf(error)));
  }
  const finding = judge(cert, certificate, undefined);
  return finding.status === 'ok' ? undefined : finding;
}

interface Presented {
  certificate: X509Certificate;
  /** Why browsers reject it. */
  untrusted: string | undefined;
}

function readCertificate({ hostname, port }: URL, signal: AbortSignal): Promise<Presented> {
  const host = hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    const servername = isIP(host) === 0 ? { servername: host } : {};
    const socket: TLSSocket = connect({ host, port: Number(port || 443), ...servername, rejectUnauthorized: false }, () => {
      const certificate = socket.getPeerX509Certificate();
      const { authorized, authorizationError } = socket;
      socket.destroy();
      if (!certificate) return reject(new Error('no certificate'));
      resolve({ certificate, untrusted: authorized ? undefined : reasonOf({ code: authorizationError }) });
    });
    socket.once('error', reject);
    signal.addEventListener('abort', () => socket.destroy(signal.reason as Error), { once: true });
  });
}

function judge(name: string, { validTo, issuer }: X509Certificate, untrusted: string | undefined): Finding {
  const days = Math.floor((Date.parse(validTo) - Date.now()) / DAY_MS);
  if (days < 0) return failed(texts.certificate.expired(name, -days - 1));
  if (untrusted !== undefined) return failed(texts.certificate.untrusted(name, untrusted));
  if (days < SOON_DAYS) return warning(texts.certificate.soon(name, days));
  const by = /^(?:O|CN)=(.*)$/m.exec(issuer)?.[1] ?? issuer.replaceAll('\n', ', ');
  return ok(texts.certificate.ok(name, days, by));
}

async function checkRedirect({ settings: { publicUrl }, httpPort = 80, signal }: Context): Promise<Finding> {
  if (publicUrl === undefined) return skipped(texts.certificate.unset);
  const url = new URL(publicUrl);
  if (url.protocol !== 'https:') return skipped(texts.redirect.plain);
  if (url.port !== '' && httpPort === 80) return skipped(texts.redirect.ownPort);
  const from = `http://${url.hostname}${httpPort === 80 ? '' : `:${httpPort}`}/`;
  try {
    const { status, headers } = await ask(from, { signal });
    const { location = '' } = headers;
    const secure = [301, 302, 307, 308].includes(status) && location.startsWith(`https://${url.hostname}`);
    return secure ? ok(texts.redirect.ok(from, location)) : warning(texts.redirect.missing(from, status));
  } catch (error) {
    if (signal.aborted) throw error;
    return ok(texts.redirect.closed(from));
  }
}

export const certificateChecks: readonly Check[] = [
  { code: 'tls_certificate', run: checkCertificate },
  { code: 'http_redirect', run: checkRedirect },
];
