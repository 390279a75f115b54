import type { KeyboardEvent } from 'react';
import { Link } from 'wouter';
import { Icon, type IconName } from './icon.tsx';

export interface MenuItem {
  /** Needed if several items have the same label. */
  id?: string;
  label: string;
  icon?: IconName;
  kind?: 'danger';
  onSelect?: () => void;
  /** Address of a link that downloads, in place of an action. */
  download?: string;
  /** Its file name; by default, the server names it. */
  downloadName?: string;
  /** A page, in place of an action. */
  href?: string;
  /** One of several choices, of which one is checked. */
  checked?: boolean;
  /** A line above separates it from the items before. */
  separated?: boolean;
  /** What does the same outside the menu: F2. */
  keys?: string;
}

interface MenuItemsProps {
  items: readonly MenuItem[];
  onSelect: (item: MenuItem) => void;
}

/** The content of a menu. */
export function MenuItems({ items, onSelect }: MenuItemsProps) {
  return items.map((item) => <Item key={item.id ?? item.label} item={item} onSelect={() => onSelect(item)} />);
}

function Item({ item, onSelect }: { item: MenuItem; onSelect: () => void }) {
  const { label, icon, kind, download, downloadName = '', href, checked, separated, keys } = item;
  const common = { className: 'menu-item', tabIndex: -1, 'data-separated': separated ? '' : undefined, onClick: onSelect } as const;
  const content = (
    <>
      {icon && <Icon name={icon} />}
      <span className="truncate">{label}</span>
      {keys && (
        <span className="menu-keys" aria-hidden="true">
          {keys}
        </span>
      )}
    </>
  );
  if (download !== undefined) {
    return (
      <a role="menuitem" href={download} download={downloadName} {...common}>
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

export const focusFirstItem = (menu: HTMLElement): void => menu.querySelector<HTMLElement>('[role^=menuitem]')?.focus();

/** Moves the focus within a menu by the arrow keys. @returns whether it did */
export function moveFocus(event: KeyboardEvent<HTMLElement>): boolean {
  const items: (Element | null)[] = [...event.currentTarget.querySelectorAll('[role^=menuitem]')];
  const at = items.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (next === undefined) return false;
  event.preventDefault();
  const item = items.at(next % items.length);
  if (item instanceof HTMLElement) item.focus();
  return true;
}
