/** One request through PUBLIC_URL, on which all checks of the address build. */
import { probeRequest, type SeenRequest, seenRequest } from '#features/doctor/contract.ts';
import { type Answer, ask, reasonOf } from './http.ts';
import { createProbeToken } from './probe-token.ts';
import { parseJson } from './running-server.ts';
import type { Subject } from './subject.ts';

/** `seen`: as it arrived. Otherwise the answer was no server's of this installation. */
export type PublicAnswer =
  | { seen: SeenRequest; answer: Answer }
  | { answer: Answer; code: string | undefined }
  | { unset: true }
  | { error: string };

export const probeHeaders = ({ settings }: Pick<Subject, 'settings'>) => ({
  authorization: `Bearer ${createProbeToken(settings.sessionSecrets)}`,
});

const TIMEOUT_MS = 5000;

export async function askThroughPublicUrl(subject: Subject, signal: AbortSignal, headers = {}): Promise<PublicAnswer> {
  const { publicUrl } = subject.settings;
  if (publicUrl === undefined) return { unset: true };
  try {
    const answer = await ask(publicUrl + probeRequest.path, {
      headers: { ...probeHeaders(subject), ...headers },
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const body = parseJson(answer.text);
    const seen = answer.status === 200 ? seenRequest.safeParse(body) : undefined;
    if (seen?.success) return { seen: seen.data, answer };
    const code = (body as { code?: unknown } | undefined)?.code;
    return { answer, code: typeof code === 'string' ? code : undefined };
  } catch (error) {
    return { error: reasonOf(error) };
  }
}
