import { type ReactNode, useEffect, useState } from 'react';
import { Link, useLocation, useRoute } from 'wouter';
import type { User } from '#features/accounts/contract.ts';
import { isOperator } from '#features/accounts/operator.ts';
import { useInbox } from '#features/inbox/client/use-inbox.ts';
import { useNotificationSettings } from '#features/notifications/client/queries.ts';
import { useNotificationToasts } from '#features/notifications/client/use-notification-toasts.ts';
import { commandKey } from '#ui/app/media.ts';
import { Palette } from '#ui/app/palette.tsx';
import { Icon, type IconName } from '#ui/primitives/icon.tsx';
import { Logo } from '#ui/primitives/logo.tsx';
import { atLeast } from '#wire/role.ts';
import { useLayoutCommands } from './layout-commands.ts';
import './layout.css';

/** The layout around every page of a signed-in user. */
export function Layout({ user, children }: { user: User; children: ReactNode }) {
  const [paletteOpen, setPaletteOpen] = useState(false);
  const operator = isOperator(user);
  useLayoutCommands({ operator, admin: user.organizations.some(({ role }) => atLeast(role, 'admin')) });
  const [, navigate] = useLocation();
  const choices = useNotificationSettings().data?.choices;
  useNotificationToasts(navigate);
  const waiting = useInbox({
    userId: user.id,
    of: choices?.approval_asked.of ?? 'all',
    isShown: ({ runId }) => choices?.approval_asked.page === false || location.pathname === '/inbox' || location.search.includes(runId),
    onOpen: (approvalId) => navigate(`/inbox?approval=${approvalId}`),
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
      event.preventDefault();
      if (!document.querySelector('dialog[open]')) setPaletteOpen(true);
    };
    // Capture runs before the editor, which binds Ctrl+K itself on some systems.
    window.addEventListener('keydown', onKeyDown, { capture: true });
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true });
  }, []);
  return (
    <div className="layout">
      <a className="skip-link visually-hidden" href="#main">
        Skip to content
      </a>
      <nav className="sidebar" aria-label="Main">
        <Link href="/" className="sidebar-logo" aria-label="Guildhall, projects">
          <Logo size={24} />
        </Link>
        <SidebarLink href="/" section="/projects/*?" icon="projects">
          Projects
        </SidebarLink>
        <button type="button" className="sidebar-item" title={`${commandKey}+K`} onClick={() => setPaletteOpen(true)}>
          <Icon name="search" />
          Find
        </button>
        <SidebarLink href="/inbox" section="/inbox" icon="inbox" count={waiting}>
          Inbox
        </SidebarLink>
        <SidebarLink href="/agents" section="/agents/*?" icon="agent">
          Agents
        </SidebarLink>
        <SidebarLink href="/schedules" section={/^\/(schedules|triggers)(\/|$)/} icon="clock">
          Schedules
        </SidebarLink>
        <SidebarLink href="/autonomy" section="/autonomy" icon="toggle">
          Autonomy
        </SidebarLink>
        <SidebarLink href="/usage" section="/usage" icon="bars">
          Usage
        </SidebarLink>
        <SidebarLink href="/settings/models" section="/settings/*?" icon="settings">
          Settings
        </SidebarLink>
        {operator && (
          <SidebarLink href="/load-reports" section="/load-reports/*?" icon="plot">
            Load reports
          </SidebarLink>
        )}
        <SidebarLink href="/account" section="/account/*?" icon="person" className="sidebar-last" title={`${user.name}, ${user.email}`}>
          Account
        </SidebarLink>
      </nav>
      {children}
      {paletteOpen && <Palette onClose={() => setPaletteOpen(false)} />}
    </div>
  );
}

interface SidebarLinkProps {
  href: string;
  /** URLs for which this item is marked as current. */
  section: string | RegExp;
  icon: IconName;
  className?: string;
  title?: string;
  /** The number of items waiting there. */
  count?: number;
  children: string;
}

function SidebarLink({ href, section, icon, className = '', title, count = 0, children }: SidebarLinkProps) {
  const [exactly] = useRoute(href);
  const [within] = useRoute(section);
  const current = exactly || within;
  return (
    <Link href={href} className={`sidebar-item ${className}`} title={title} aria-current={current ? 'page' : undefined}>
      <Icon name={icon} />
      {children}
      {count > 0 && (
        <span className="sidebar-count numeric">
          {count > 99 ? '99+' : count}
          <span className="visually-hidden"> waiting</span>
        </span>
      )}
    </Link>
  );
}
