/** The result of a call as a model reads it: text as it is, everything else named with its kind and size. */
import type { CallToolResult, ContentBlock } from '@modelcontextprotocol/client';

export interface Outcome {
  ok: boolean;
  output: string;
}

export function readResult({ content, structuredContent, isError }: CallToolResult): Outcome {
  const parts = content.map(describe).filter((part) => part !== '');
  if (parts.length === 0 && structuredContent !== undefined) parts.push(JSON.stringify(structuredContent, null, 2));
  return { ok: isError !== true, output: parts.join('\n\n') || 'It said nothing.' };
}

function describe(block: ContentBlock): string {
  switch (block.type) {
    case 'text':
      return block.text;
    case 'image':
    case 'audio':
      return `[${block.type}, ${block.mimeType}, ${size(block.data)}]`;
    case 'resource_link':
      return `[link to ${block.name}: ${block.uri}]`;
    case 'resource': {
      const { resource } = block;
      if ('text' in resource) return `${resource.uri}:\n${resource.text}`;
      return `[${resource.uri}, ${resource.mimeType ?? 'bytes'}, ${size(resource.blob)}]`;
    }
  }
}

/** @param base64 of what is measured */
function size(base64: string): string {
  const bytes = Math.floor((base64.length * 3) / 4);
  return bytes < 1000 ? `${bytes} bytes` : `${Math.round(bytes / 1000).toLocaleString('en')} kB`;
}
