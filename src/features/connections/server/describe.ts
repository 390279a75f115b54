/** Tool servers and their tools as people see them: without sealed values. */
import type { ServerTool, ToolServer, ToolState } from '#features/connections/contract.ts';
import { splitAddress } from './sealed-settings.ts';
import type { ServerState } from './server-states.ts';
import { texts } from './texts.ts';
import { diffDefinitions } from './tool-changes.ts';
import type { KnownTool } from './tool-states.ts';

const describeListing = ({ listing }: ServerState) => ({
  listedAt: listing?.listed_at ?? null,
  failingSince: listing?.failing_since ?? null,
  reason: listing?.reason ?? null,
});

export function describeServer(state: ServerState): ToolServer {
  const { row, tools } = state;
  const counts: Record<ToolState, number> = { on: 0, off: 0, new: 0, changed: 0, unusable: 0 };
  for (const tool of tools) counts[tool.state]++;
  // Parameters entered before sealing existed are not shown either.
  const { url, queryNames } = splitAddress(row.url);
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    url,
    hasToken: row.token !== null,
    headerNames: row.header_names,
    queryNames: row.query ? row.query_names : queryNames,
    enabled: row.enabled,
    disabledTools: row.disabled_tools,
    privateNetwork: row.private_network,
    changedAt: row.changed_at,
    ...describeListing(state),
    tools: counts,
  };
}

export const describeTools = (state: ServerState) => ({
  tools: state.tools.map(describeTool),
  more: state.listing?.more ?? false,
  ...describeListing(state),
});

function describeTool({ name, description, callName, problem, state, digest, definition, pin }: KnownTool): ServerTool {
  if (problem !== undefined || !definition) return { name, description, state, problem: problem ?? texts.tools.unknown };
  return {
    name,
    description,
    callName,
    state,
    digest,
    inputSchema: definition.inputSchema,
    ...(state === 'changed' && pin && { diff: diffDefinitions(pin.definition, definition) }),
  };
}
