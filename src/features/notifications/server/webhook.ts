/** Calls a person's webhook: JSON, signed with their secret according to Standard Webhooks, at public addresses only. */
import { webhookHeaders } from '#kernel/webhook-signature.ts';
import { texts } from './texts.ts';

interface Delivery {
  url: string;
  secret: string;
  /** The same for every attempt, so that the receiver can drop duplicates. */
  id: string;
  body: string;
  /** Milliseconds since 1970. */
  now: number;
}

/**
 * @param send reaches public addresses only, and throws an HttpProblem for others
 * @returns why the receiver rejected it; undefined on success
 * @throws errors that prevented delivery
 */
export async function postWebhook(
  send: typeof fetch,
  { url, secret, id, body, now }: Delivery,
  signal: AbortSignal,
): Promise<string | undefined> {
  const timestamp = Math.floor(now / 1000);
  const response = await send(url, {
    method: 'POST',
    redirect: 'manual',
    signal,
    headers: { 'content-type': 'application/json', 'user-agent': 'Guildhall', ...webhookHeaders([secret], { id, timestamp }, body) },
    body,
  });
  // The response body is ignored, and may be long.
  await response.body?.cancel();
  if (response.ok) return undefined;
  if (response.status >= 300 && response.status < 400) return texts.failures.webhookRedirects(response.status);
  return texts.failures.webhookStatus(response.status);
}
