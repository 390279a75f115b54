/** A canvas knows no custom properties: the tokens' current values, read again when the theme changes. */

const cache = new Map<string, string>();
const listeners = new Set<() => void>();

/** @param token such as `--ink` @returns a color that a canvas accepts */
export function colourOf(token: string): string {
  const found = cache.get(token);
  if (found) return found;
  const probe = document.createElement('span');
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  cache.set(token, colour);
  return colour;
}

function notifyListeners(): void {
  cache.clear();
  for (const listener of listeners) listener();
}

/** Calls back when the theme changes, by the system or by choice. */
export function onThemeChange(listener: () => void): () => void {
  if (listeners.size === 0) {
    window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', notifyListeners);
    observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.matchMedia('(prefers-color-scheme: dark)').removeEventListener('change', notifyListeners);
    observer.disconnect();
    cache.clear();
  };
}

const observer = new MutationObserver(notifyListeners);
