/** Mail: sends email over the configured SMTP server, counted by recipient and sender. */
import type { Transporter } from 'nodemailer';
import type { Database } from '#kernel/database/pool.ts';
import type { Log } from '#kernel/log.ts';
import type { Metrics } from '#kernel/metrics.ts';
import type { Outgoing } from '#kernel/outgoing.ts';
import { createMailCounts } from './mail-counts.ts';
import type { Message } from './message.ts';
import { createPost } from './post.ts';
import { texts } from './texts.ts';

export type { Message } from './message.ts';
export type Mail = ReturnType<typeof createMail>;

export interface MailSettings {
  /** `smtp://user:password@host:587` or `smtps://…`, with nodemailer's options as parameters. */
  smtpUrl: string;
  from: string;
}

/** For connecting, greeting and inactivity; the caller's signal limits the whole. */
const TIMEOUT_MS = 10_000;

interface Options {
  db: Database;
  /** Nothing is sent without settings, or without the public URL of this Guildhall, which links need. */
  settings: MailSettings | undefined;
  publicUrl: string | undefined;
  log: Log;
  metrics: Metrics;
  outgoing: Outgoing;
}

export function createMail({ db, settings, publicUrl, log, metrics, outgoing }: Options) {
  const counts = createMailCounts({ db });
  const sender = settings && publicUrl ? createSender(settings, publicUrl) : undefined;
  const post = sender && createPost({ send: sender.send, count: counts.count, log, metrics, outgoing });
  return {
    ...counts,
    sender,
    /** Sends a link, invitation or notice in the background; undefined where email is not set up. */
    post: post?.post,
    async close(): Promise<void> {
      await post?.close();
      sender?.close();
    },
  };
}

export function createSender({ smtpUrl, from }: MailSettings, publicUrl: string) {
  const timeouts = { connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS };
  const settings = { url: smtpUrl, ...timeouts, disableFileAccess: true, disableUrlAccess: true };
  let transport: Transporter | undefined;
  const host = new URL(publicUrl).hostname;

  /** Loaded for the first message, to keep startup fast. */
  async function openTransport(): Promise<Transporter> {
    const { createTransport } = await import('nodemailer');
    transport ??= createTransport(settings);
    return transport;
  }

  return {
    /** Greets the server and signs in, and sends nothing. @throws a nodemailer error */
    async verify(): Promise<void> {
      await (await openTransport()).verify();
    },
    /**
     * @param id the same for a retry, so mail servers can deduplicate
     * @throws the SMTP server's reply, as a nodemailer error
     */
    async send(id: string, address: string, message: Message, signal: AbortSignal): Promise<void> {
      const account = new URL('/account#notifications', publicUrl).href;
      await (await openTransport()).sendMail({
        from,
        // As an object: in a string, a comma would split it into two addresses.
        to: { name: '', address },
        subject: message.emailSubject,
        text: composeText(message, publicUrl, account),
        html: composeHtml(message, publicUrl, account),
        messageId: `<${id}@${host}>`,
        // Suppresses out-of-office replies, and gives mail programs a way to unsubscribe from notifications.
        headers: { 'auto-submitted': 'auto-generated', ...(message.footer === undefined && { 'list-unsubscribe': `<${account}>` }) },
        signal,
      });
    },
    close: () => transport?.close(),
  };
}

/**
 * Mail programs turn anything that looks like a URL into a link. An invisible space prevents that in names, paths and reasons: after a
 * scheme's colon, between slashes, after a dot before a letter or digit, and after an @.
 */
const inert = (text: string): string => text.replace(/:(?=[^\s\d])|[/\\](?=[/\\])|[.。．｡](?=[\p{L}\p{N}])|@(?=\S)/gu, '$&\u200b');

function composeText({ subject, lines, path, action, footer }: Message, publicUrl: string, account: string): string {
  const link = new URL(path, publicUrl).href;
  const reason = footer === undefined ? texts.footer.text(account) : inert(footer);
  return `${[subject, '', ...lines].map(inert).join('\n')}\n\n${action}:\n${link}\n\n-- \n${reason}\n`;
}

function composeHtml({ subject, emailSubject, lines, path, action, footer }: Message, publicUrl: string, account: string): string {
  const link = escapeHtml(new URL(path, publicUrl).href);
  const shown = (text: string) => escapeHtml(inert(text));
  const reason = footer === undefined ? texts.footer.html(escapeHtml(account)) : shown(footer);
  const paragraphs = lines.map((line) => `<p style="margin:0 0 8px">${shown(line)}</p>`).join('\n');
  return `<!doctype html>
<html lang="${texts.language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no"><title>${escapeHtml(emailSubject)}</title></head>
<body style="margin:0;padding:24px 16px;font:15px/1.5 system-ui,sans-serif">
<div style="max-width:560px;margin:0 auto">
<h1 style="margin:0 0 16px;font-size:18px;line-height:1.35">${shown(subject)}</h1>
${paragraphs}
<p style="margin:20px 0"><a href="${link}" style="display:inline-block;padding:10px 16px;border-radius:6px;background:#2f5fd0;color:#ffffff;text-decoration:none;font-weight:600">${escapeHtml(action)}</a></p>
<p style="margin:24px 0 0;padding-top:12px;border-top:1px solid #8884;font-size:13px">${reason}</p>
</div>
</body>
</html>
`;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
