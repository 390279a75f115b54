/** Maps the finish reasons of providers. */

export type FinishReason = 'stop' | 'tool-calls' | 'length' | 'content-filter' | 'broken' | 'other';

const words: Record<Exclude<FinishReason, 'other'>, readonly string[]> = {
  stop: ['stop', 'stopped', 'stop_sequence', 'end_turn', 'end', 'eos', 'eos_token', 'complete', 'completed', 'done', 'finished'],
  'tool-calls': ['tool_calls', 'tool_call', 'tool_use', 'function_call', 'function_calls'],
  length: [
    'length',
    'max_tokens',
    'max_length',
    'model_length',
    'max_output_tokens',
    'max_completion_tokens',
    'token_limit',
    'model_context_window_exceeded',
  ],
  'content-filter': [
    'content_filter',
    'content_filtered',
    'safety',
    'refusal',
    'sensitive',
    'recitation',
    'prohibited_content',
    'blocklist',
    'spii',
  ],
  /** The response is incomplete. */
  broken: [
    ...['abort', 'aborted', 'cancel', 'cancelled', 'canceled', 'interrupted', 'incomplete'],
    ...['error', 'failed', 'failure', 'server_error', 'internal_error', 'network_error', 'timeout', 'unavailable', 'overloaded'],
    ...['insufficient_system_resource', 'malformed_function_call', 'malformed_tool_call', 'load', 'preempted'],
  ],
};

const reasons = new Map(Object.entries(words).flatMap(([reason, all]) => all.map((word) => [word, reason as FinishReason])));

/** @param word as received; undefined if there is none, which many servers express by null or an empty text in each event */
export function readFinishReason(word: unknown): { reason: FinishReason; word: string } | undefined {
  if (typeof word !== 'string' || word.trim() === '') return undefined;
  const known = word
    .trim()
    .replace(/(?<=[a-z])(?=[A-Z])/g, '_')
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
  return { reason: reasons.get(known) ?? 'other', word: word.trim() };
}
