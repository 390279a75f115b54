/** Services: stored secrets, the mail server and the providers of models. */
import { randomUUID } from 'node:crypto';
import { createSender } from '#features/mail/server/mail.ts';
import { probeProviders } from '#features/models/server/models.ts';
import { type Check, type Finding, failed, ok, skipped, warning } from '../check.ts';
import type { Context } from '../context.ts';
import { reasonOf } from '../http.ts';
import { texts } from '../texts/services.ts';

/** How many secrets are named. */
const MAX_NAMED = 5;

async function checkSealed({ database, openSealed, settings }: Context): Promise<Finding> {
  const { total, old, unreadable } = await openSealed(await database());
  if (total === 0) return ok(texts.sealed.none);
  if (settings.encryptionKeys.length === 0) return failed(texts.sealed.noKey(total));
  if (unreadable.length > 0) {
    const named = unreadable.slice(0, MAX_NAMED).map(({ what, name }) => `${what} ${name}`);
    return failed(texts.sealed.unreadable(named.join(', '), unreadable.length - named.length));
  }
  return old > 0 ? warning(texts.sealed.old(old, total)) : ok(texts.sealed.ok(total));
}

type Sender = ReturnType<typeof createSender>;

/** Why the mail server refused, without the address that it may quote. */
function explainMail(error: unknown): string {
  const { code, response, responseCode } = error as { code?: string; response?: string; responseCode?: number };
  const words = response?.replace(/\s+/g, ' ').slice(0, 200);
  return [code ?? reasonOf(error), responseCode === undefined ? undefined : (words ?? responseCode)].filter(Boolean).join(', ');
}

async function withSender({ settings: { mail, publicUrl } }: Context, work: (sender: Sender, host: string) => Promise<Finding>) {
  if (!mail) return skipped(texts.mail.unset);
  if (publicUrl === undefined) return skipped(texts.mail.noAddress);
  const sender = createSender(mail, publicUrl);
  try {
    return await work(sender, new URL(mail.smtpUrl).host);
  } finally {
    sender.close();
  }
}

const checkMail = (ctx: Context) =>
  withSender(ctx, async (sender, host) => {
    try {
      await sender.verify();
      return ok(texts.mail.ok(host, new URL(ctx.settings.mail?.smtpUrl ?? '').username !== ''));
    } catch (error) {
      return failed(texts.mail.failed(host, explainMail(error)));
    }
  });

function sendTest(ctx: Context): Promise<Finding> | Finding {
  const { mailTo: address, signal } = ctx;
  if (address === undefined) return skipped(texts.mail.notAsked);
  return withSender(ctx, async (sender, host) => {
    const { subject, lines, action, footer } = texts.mail.message;
    try {
      await sender.send(randomUUID(), address, { subject, emailSubject: subject, lines, path: '/', action, footer }, signal);
      return ok(texts.mail.sent(host, address));
    } catch (error) {
      return failed(texts.mail.refused(host, address, explainMail(error)));
    }
  });
}

async function checkModels({ databaseIfThere, settings }: Context): Promise<Finding | Finding[]> {
  // Those of the environment can be asked without a database, and before its tables exist.
  const db = await databaseIfThere();
  const probed = await probeProviders(db, settings).catch(() => probeProviders(undefined, settings));
  if (probed.length === 0) return ok(texts.models.none);
  const broken = probed.flatMap(({ name, failure }) => (failure === undefined ? [] : [warning(texts.models.failed(name, failure))]));
  return broken.length > 0 ? broken : ok(texts.models.ok(probed.map(({ name }) => name).join(', ')));
}

export const servicesChecks: readonly Check[] = [
  { code: 'sealed_secrets', needs: ['database'], run: checkSealed },
  { code: 'mail_server', run: checkMail },
  { code: 'mail_test', run: sendTest },
  { code: 'model_providers', run: checkModels },
];
