/** State of each tool of a server, from what the server lists and what an admin has seen and turned on. */
import type { Definition, ListedTool } from './tool-definition.ts';
import { callNameOf } from './tool-definition.ts';

interface Pin {
  name: string;
  digest: string;
  definition: Definition;
}

/**
 * `on`: offered to runs · `off`: turned off by an admin · `new`: not turned on yet · `changed`: differs from what was turned on, and is
 * not offered until an admin has reviewed it · `unusable`: see its problem
 */
type ToolState = 'on' | 'off' | 'new' | 'changed' | 'unusable';

export interface KnownTool extends ListedTool {
  /** Its name in runs. */
  callName: string;
  state: ToolState;
  /** The tool as it was turned on. */
  pin?: Pin | undefined;
}

export function statesOf(
  { slug, disabled_tools: disabled }: { slug: string; disabled_tools: readonly string[] },
  listed: readonly ListedTool[],
  pins: readonly Pin[],
): KnownTool[] {
  const byName = new Map(pins.map((pin) => [pin.name, pin]));
  const off = new Set(disabled);
  return listed.map((tool) => {
    const pin = byName.get(tool.name);
    return { ...tool, callName: callNameOf(slug, tool.name), pin, state: stateOf(tool, pin, off.has(tool.name)) };
  });
}

function stateOf({ problem, digest }: ListedTool, pin: Pin | undefined, isOff: boolean): ToolState {
  if (problem !== undefined || digest === undefined) return 'unusable';
  if (!pin) return 'new';
  if (isOff) return 'off';
  return pin.digest === digest ? 'on' : 'changed';
}
