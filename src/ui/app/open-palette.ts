/** Opens the command palette, which the layout shows. */

type Listener = (mode: string | undefined) => void;

const listeners = new Set<Listener>();

/** @param mode the id of a source, to look up only in it */
export function openPalette(mode?: string): void {
  for (const listener of listeners) listener(mode);
}

/** @returns a function that ends the subscription */
export function onPaletteWanted(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
