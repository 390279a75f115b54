/** Single-key shortcuts of a screen. */
import { useEffect, useEffectEvent } from 'react';

/**
 * Ignores keys while the person types, selects, or has a dialog open.
 * @param press gets the key as in `KeyboardEvent.key`, a capital letter with shift; returns false if it means nothing here
 */
export function useShortcuts(press: (key: string, target: Element) => boolean, enabled: boolean): void {
  const take = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    const { target } = event;
    if (!(target instanceof HTMLElement) || isTyping(target) || document.querySelector('dialog[open]')) return;
    if (press(event.key, target)) event.preventDefault();
  });
  useEffect(() => {
    if (!enabled) return;
    const onKeyDown = (event: KeyboardEvent) => take(event);
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [enabled]);
}

const takesKeys = 'input:not([type=radio], [type=checkbox]), textarea, select, [role=menu], [role=listbox]';
const isTyping = (target: HTMLElement): boolean => target.isContentEditable || target.closest(takesKeys) !== null;
