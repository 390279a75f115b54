import { useEffect, useEffectEvent, useLayoutEffect, useRef } from 'react';
import { focusFirstItem, type MenuItem, MenuItems, moveFocus } from './menu-items.tsx';

export interface ContextMenuPoint {
  x: number;
  y: number;
}

interface ContextMenuProps {
  label: string;
  at: ContextMenuPoint;
  items: readonly MenuItem[];
  /** Before the action of the chosen item, if there is one. */
  onClose: () => void;
}

/** A menu at a point, open while mounted. Closed by Escape, Tab, scrolling, and a press elsewhere. */
export function ContextMenu({ label, at, items, onClose }: ContextMenuProps) {
  const menu = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = menu.current;
    if (!element) return;
    element.showPopover();
    const { width, height } = element.getBoundingClientRect();
    element.style.left = `${Math.max(8, Math.min(at.x, window.innerWidth - width - 8))}px`;
    element.style.top = `${Math.max(8, at.y + height > window.innerHeight - 8 ? Math.min(at.y - height, window.innerHeight - height - 8) : at.y)}px`;
    element.style.visibility = 'visible';
    focusFirstItem(element);
  }, [at.x, at.y]);
  const close = useEffectEvent(onClose);
  useEffect(() => {
    // Not `popover="auto"`, which would take the release of the right button for a click elsewhere.
    const onElsewhere = (event: Event) => {
      if (!(event.target instanceof Node && menu.current?.contains(event.target))) close();
    };
    const options = { capture: true };
    const types = ['pointerdown', 'wheel', 'resize', 'blur'] as const;
    for (const type of types) window.addEventListener(type, onElsewhere, type === 'blur' ? undefined : options);
    return () => {
      for (const type of types) window.removeEventListener(type, onElsewhere, type === 'blur' ? undefined : options);
    };
  }, []);
  return (
    <div
      ref={menu}
      className="menu"
      popover="manual"
      role="menu"
      tabIndex={-1}
      aria-label={label}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (moveFocus(event) || (event.key !== 'Escape' && event.key !== 'Tab')) return;
        event.preventDefault();
        onClose();
      }}
    >
      <MenuItems
        items={items}
        onSelect={(item) => {
          onClose();
          item.onSelect?.();
        }}
      />
    </div>
  );
}
