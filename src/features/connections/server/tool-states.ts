/** What may be done with each tool of a server: from what the server says, and what an admin has seen and turned on. */
import type { Definition, ListedTool } from './tool-definition.ts';
import { callNameOf } from './tool-definition.ts';

interface Pin {
  name: string;
  digest: string;
  definition: Definition;
}

/**
 * `on`: runs are offered it · `off`: an admin has turned it off · `new`: none has turned it on yet · `changed`: it is not what was
 * turned on, and not offered until that is seen again · `unusable`: see its problem
 */
type ToolState = 'on' | 'off' | 'new' | 'changed' | 'unusable';

export interface KnownTool extends ListedTool {
  /** What it is called in runs. */
  callName: string;
  state: ToolState;
  /** As it was turned on. */
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
