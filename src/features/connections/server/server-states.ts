/** The tool servers of an organization with what each says its tools are, and which of those may be used. */
import type { Queryable } from '#kernel/database/statement.ts';
import * as listingSql from './listing-queries.ts';
import { selectToolServers, type ToolServerRow } from './queries.ts';
import { type KnownTool, statesOf } from './tool-states.ts';

export interface ServerState {
  row: ToolServerRow;
  /** Undefined as long as it has not been asked. */
  listing: Omit<listingSql.ListingRow, 'tools'> | undefined;
  tools: KnownTool[];
}

/** In the order of their names. */
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
