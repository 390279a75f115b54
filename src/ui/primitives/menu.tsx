import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react';
import { Link } from 'wouter';
import { IconButton } from './button.tsx';
import { Icon, type IconName } from './icon.tsx';

export interface MenuItem {
  /** Needed if several items have the same label. */
  id?: string;
  label: string;
  icon?: IconName;
  kind?: 'danger';
  onSelect?: () => void;
  /** File name of a link that downloads, in place of an action. */
  download?: string;
  /** A page, in place of an action. */
  href?: string;
  /** One of several choices, of which one is checked. */
  checked?: boolean;
  /** A line above separates it from the items before. */
  separated?: boolean;
}

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
    menu.current.querySelector<HTMLElement>('[role^=menuitem]')?.focus();
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
        onKeyDown={moveFocus}
      >
        {items.map((item) => (
          <Item key={item.id ?? item.label} item={item} onSelect={() => select(item)} />
        ))}
      </div>
    </>
  );
}

function Item({ item, onSelect }: { item: MenuItem; onSelect: () => void }) {
  const { label, icon, kind, download, href, checked, separated } = item;
  const common = { className: 'menu-item', tabIndex: -1, 'data-separated': separated ? '' : undefined, onClick: onSelect } as const;
  const content = (
    <>
      {icon && <Icon name={icon} />}
      <span className="truncate">{label}</span>
    </>
  );
  if (download !== undefined) {
    return (
      <a role="menuitem" href={download} download {...common}>
        {content}
      </a>
    );
  }
  if (href !== undefined) {
    return (
      <Link role="menuitem" href={href} {...common}>
        {content}
      </Link>
    );
  }
  if (checked !== undefined) {
    return (
      <button type="button" role="menuitemradio" aria-checked={checked} {...common}>
        {content}
      </button>
    );
  }
  return (
    <button type="button" role="menuitem" data-kind={kind} {...common}>
      {content}
    </button>
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
  const items: (Element | null)[] = [...event.currentTarget.querySelectorAll('[role^=menuitem]')];
  const at = items.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (event.key === 'Tab') event.currentTarget.hidePopover();
  if (next === undefined) return;
  event.preventDefault();
  const item = items.at(next % items.length);
  if (item instanceof HTMLElement) item.focus();
}
