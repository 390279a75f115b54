import { type KeyboardEvent, useId, useRef } from 'react';
import { IconButton } from './button.tsx';
import { Icon, type IconName } from './icon.tsx';

export interface MenuItem {
  label: string;
  icon?: IconName;
  kind?: 'danger';
  onSelect?: () => void;
  /** File name of a link that downloads, in place of an action. */
  download?: string;
}

interface MenuProps {
  label: string;
  icon?: IconName;
  items: readonly MenuItem[];
}

/** A button that opens a list of actions: in the top layer, closed by Escape and by a click elsewhere. */
export function Menu({ label, icon = 'dots', items }: MenuProps) {
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
    menu.current.querySelector<HTMLElement>('[role=menuitem]')?.focus();
  };
  const select = (item: MenuItem) => {
    menu.current?.hidePopover();
    button.current?.focus();
    item.onSelect?.();
  };
  return (
    <>
      <IconButton ref={button} size="small" icon={icon} label={label} aria-haspopup="menu" aria-expanded={false} popoverTarget={id} />
      <div
        ref={menu}
        id={id}
        className="menu"
        popover="auto"
        role="menu"
        tabIndex={-1}
        aria-label={label}
        onToggle={(event) => onToggle(event.newState === 'open')}
        onKeyDown={moveFocus}
      >
        {items.map((item) =>
          item.download !== undefined ? (
            <a
              key={item.label}
              role="menuitem"
              tabIndex={-1}
              className="menu-item"
              href={item.download}
              download
              onClick={() => select(item)}
            >
              {item.icon && <Icon name={item.icon} />}
              {item.label}
            </a>
          ) : (
            <button
              key={item.label}
              type="button"
              role="menuitem"
              tabIndex={-1}
              className="menu-item"
              data-kind={item.kind}
              onClick={() => select(item)}
            >
              {item.icon && <Icon name={item.icon} />}
              {item.label}
            </button>
          ),
        )}
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

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const items: (Element | null)[] = [...event.currentTarget.querySelectorAll('[role=menuitem]')];
  const at = items.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (event.key === 'Tab') event.currentTarget.hidePopover();
  if (next === undefined) return;
  event.preventDefault();
  const item = items.at(next % items.length);
  if (item instanceof HTMLElement) item.focus();
}
