/** Tells a person's webhook: JSON, signed by their secret as Standard Webhooks has it, to public addresses only. */
import { webhookHeaders } from '#kernel/webhook-signature.ts';

interface Delivery {
  url: string;
  secret: string;
  /** The same when it is sent again, so that the receiver can tell. */
  id: string;
  body: string;
  /** Milliseconds since 1970. */
  now: number;
}

/**
 * @param send reaches public addresses only, and throws an HttpProblem for others
 * @returns why it was not taken; undefined when it was
 * @throws what kept it from getting there
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
  // What it says is of no interest, and may be long.
  await response.body?.cancel();
  if (response.ok) return undefined;
  if (response.status >= 300 && response.status < 400)
    return `It redirects (HTTP ${response.status}), which is not followed. Enter the address where it leads.`;
  return `It answered HTTP ${response.status}.`;
}
