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
import { Mark } from '#ui/primitives/mark.tsx';
import { atLeast } from '#wire/role.ts';
import { useShellCommands } from './shell-commands.ts';
import './shell.css';

/** What surrounds every page of somebody who is signed in. */
export function Shell({ user, children }: { user: User; children: ReactNode }) {
  const [paletteOpen, setPaletteOpen] = useState(false);
  const operator = isOperator(user);
  useShellCommands({ operator, admin: user.organizations.some(({ role }) => atLeast(role, 'admin')) });
  const [, navigate] = useLocation();
  const told = useNotificationSettings().data?.choices;
  useNotificationToasts(navigate);
  const waiting = useInbox({
    userId: user.id,
    of: told?.approval_asked.of ?? 'all',
    isShown: ({ runId }) => told?.approval_asked.page === false || location.pathname === '/inbox' || location.search.includes(runId),
    onOpen: (approvalId) => navigate(`/inbox?approval=${approvalId}`),
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
      event.preventDefault();
      if (!document.querySelector('dialog[open]')) setPaletteOpen(true);
    };
    // Before the editor, which has a Ctrl+K of its own on some systems.
    window.addEventListener('keydown', onKeyDown, { capture: true });
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true });
  }, []);
  return (
    <div className="shell">
      <a className="skip-link visually-hidden" href="#main">
        Skip to content
      </a>
      <nav className="rail" aria-label="Main">
        <Link href="/" className="rail-mark" aria-label="Guildhall, projects">
          <Mark size={24} />
        </Link>
        <RailLink href="/" section="/projects/*?" icon="projects">
          Projects
        </RailLink>
        <button type="button" className="rail-item" title={`${commandKey}+K`} onClick={() => setPaletteOpen(true)}>
          <Icon name="search" />
          Find
        </button>
        <RailLink href="/inbox" section="/inbox" icon="inbox" count={waiting}>
          Inbox
        </RailLink>
        <RailLink href="/agents" section="/agents/*?" icon="agent">
          Agents
        </RailLink>
        <RailLink href="/schedules" section={/^\/(schedules|triggers)(\/|$)/} icon="clock">
          Schedules
        </RailLink>
        <RailLink href="/autonomy" section="/autonomy" icon="toggle">
          Autonomy
        </RailLink>
        <RailLink href="/usage" section="/usage" icon="bars">
          Usage
        </RailLink>
        <RailLink href="/settings/models" section="/settings/*?" icon="settings">
          Settings
        </RailLink>
        {operator && (
          <RailLink href="/load-reports" section="/load-reports/*?" icon="plot">
            Load reports
          </RailLink>
        )}
        <RailLink href="/account" section="/account" icon="person" className="rail-last" title={`${user.name}, ${user.email}`}>
          Account
        </RailLink>
      </nav>
      {children}
      {paletteOpen && <Palette onClose={() => setPaletteOpen(false)} />}
    </div>
  );
}

interface RailLinkProps {
  href: string;
  /** Addresses at which it counts as the place one is in. */
  section: string | RegExp;
  icon: IconName;
  className?: string;
  title?: string;
  /** How much waits there. */
  count?: number;
  children: string;
}

function RailLink({ href, section, icon, className = '', title, count = 0, children }: RailLinkProps) {
  const [exactly] = useRoute(href);
  const [within] = useRoute(section);
  const current = exactly || within;
  return (
    <Link href={href} className={`rail-item ${className}`} title={title} aria-current={current ? 'page' : undefined}>
      <Icon name={icon} />
      {children}
      {count > 0 && (
        <span className="rail-count numeric">
          {count > 99 ? '99+' : count}
          <span className="visually-hidden"> waiting</span>
        </span>
      )}
    </Link>
  );
}
