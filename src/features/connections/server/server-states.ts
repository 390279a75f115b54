/** The tool servers of an organization, the tools each one lists, and which of them may be used. */
import type { Queryable } from '#kernel/database/statement.ts';
import * as listingSql from './listing-queries.ts';
import { selectToolServers, type ToolServerRow } from './queries.ts';
import { type KnownTool, statesOf } from './tool-states.ts';

export interface ServerState {
  row: ToolServerRow;
  /** Undefined until it has been listed for the first time. */
  listing: Omit<listingSql.ListingRow, 'tools'> | undefined;
  tools: KnownTool[];
}

/** Sorted by name. */
export async function readStates(db: Queryable, organizationId: string): Promise<ServerState[]> {
  const [rows, listings, pins] = await Promise.all([
    selectToolServers(db, { organizationId }),
    listingSql.selectListings(db, { organizationId }),
    listingSql.selectPinsOf(db, { organizationId }),
  ]);
  return rows.map((row) => {
    const found = listings.find((listing) => listing.tool_server_id === row.id);
    return stateOf(
      row,
      found,
      pins.filter((pin) => pin.tool_server_id === row.id),
    );
  });
}

export function stateOf(row: ToolServerRow, found: listingSql.ListingRow | undefined, pins: readonly listingSql.PinRow[]): ServerState {
  if (!found) return { row, listing: undefined, tools: [] };
  const { tools, ...listing } = found;
  return { row, listing, tools: statesOf(row, tools, pins) };
}
