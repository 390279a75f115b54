import { type ReactNode, useId, useRef } from 'react';
import { IconButton } from './button.tsx';
import type { IconName } from './icon.tsx';
import { focusFirstItem, type MenuItem, MenuItems, moveFocus } from './menu-items.tsx';

export type { MenuItem };

interface MenuProps {
  label: string;
  icon?: IconName;
  items: readonly MenuItem[];
  /** Content of the button, which also names it, in place of an icon. */
  trigger?: { className: string; children: ReactNode };
}

/** A button that opens a list of actions: in the top layer, closed by Escape and by a click elsewhere. */
export function Menu({ label, icon = 'dots', items, trigger }: MenuProps) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);

  const onToggle = (open: boolean) => {
    button.current?.setAttribute('aria-expanded', String(open));
    if (!button.current || !menu.current) return;
    // The event fires after the menu is shown, so the menu is invisible until it is positioned.
    menu.current.style.visibility = open ? 'visible' : '';
    if (!open) return;
    place(menu.current, button.current.getBoundingClientRect());
    focusFirstItem(menu.current);
  };
  const select = (item: MenuItem) => {
    menu.current?.hidePopover();
    button.current?.focus();
    item.onSelect?.();
  };
  const opens = { 'aria-haspopup': 'menu', 'aria-expanded': false, popoverTarget: id } as const;
  return (
    <>
      {trigger ? (
        <button ref={button} type="button" className={trigger.className} {...opens}>
          {trigger.children}
        </button>
      ) : (
        <IconButton ref={button} size="small" icon={icon} label={label} {...opens} />
      )}
      <div
        ref={menu}
        id={id}
        className="menu"
        popover="auto"
        role="menu"
        tabIndex={-1}
        aria-label={label}
        onToggle={(event) => onToggle(event.newState === 'open')}
        onKeyDown={(event) => {
          if (!moveFocus(event) && event.key === 'Tab') event.currentTarget.hidePopover();
        }}
      >
        <MenuItems items={items} onSelect={select} />
      </div>
    </>
  );
}

/** Below the button and aligned with its right edge; above it if there is no space below. */
function place(menu: HTMLElement, anchor: DOMRect): void {
  const { width, height } = menu.getBoundingClientRect();
  const below = anchor.bottom + 4;
  const top = below + height > window.innerHeight - 8 ? anchor.top - height - 4 : below;
  menu.style.top = `${Math.max(8, top)}px`;
  menu.style.left = `${Math.max(8, Math.min(anchor.right - width, window.innerWidth - width - 8))}px`;
}
