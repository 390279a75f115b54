/** The protocols, by the names that provider kinds use. */
import type { ProtocolName } from '#features/models/kinds/kind.ts';
import { anthropic } from './anthropic.ts';
import { chatCompletions } from './chat-completions.ts';
import type { Protocol } from './protocol.ts';
import { responses } from './responses.ts';

export const protocols: Record<ProtocolName, Protocol> = { responses, messages: anthropic, 'chat-completions': chatCompletions };
