import { Link, useRoute } from 'wouter';
import type { User } from '#features/accounts/contract.ts';
import { OrganizationSwitcher } from '#features/organizations/client/organization-switcher.tsx';
import { commandKey } from '#ui/app/media.ts';
import { Icon } from '#ui/primitives/icon.tsx';
import { type Place, placesFor } from './navigation.ts';
import { texts } from './texts.ts';
import type { Membership } from './use-current-organization.ts';
import { UserMenu } from './user-menu.tsx';
import './sidebar.css';

interface SidebarProps {
  user: User;
  organization: Membership | undefined;
  /** The number of requests in the inbox. */
  waiting: number;
  onFind: () => void;
}

export function Sidebar({ user, organization, waiting, onFind }: SidebarProps) {
  const { work, settings } = placesFor({ member: organization !== undefined, operator: user.operator === true });
  return (
    <nav className="sidebar" aria-label={texts.main}>
      {organization && <OrganizationSwitcher user={user} current={organization} />}
      <button type="button" className="sidebar-item" title={`${commandKey}+K`} onClick={onFind}>
        <Icon name="search" />
        {texts.find}
        <span className="sidebar-key" aria-hidden="true">
          {commandKey} K
        </span>
      </button>
      {work.map((place) => (
        <PlaceLink key={place.href} place={place} className="sidebar-item" count={place.href === '/inbox' ? waiting : 0} />
      ))}
      <div className="sidebar-end">
        {settings.map((place) => (
          <PlaceLink key={place.href} place={place} short className="sidebar-item" count={0} />
        ))}
        <UserMenu user={user} member={organization !== undefined} />
      </div>
    </nav>
  );
}

interface PlaceLinkProps {
  place: Place;
  /** Where there is less space. */
  short?: boolean;
  className: string;
  count: number;
  onClick?: () => void;
}

export function PlaceLink({ place, short = false, className, count, onClick }: PlaceLinkProps) {
  const { href, section, name, icon } = place;
  const [exactly] = useRoute(href);
  const [within] = useRoute(section);
  return (
    <Link href={href} className={className} aria-current={exactly || within ? 'page' : undefined} onClick={onClick}>
      <Icon name={icon} />
      <span className="sidebar-name">{short ? (place.short ?? name) : name}</span>
      {count > 0 && (
        <span className="sidebar-count numeric">
          {count > 99 ? '99+' : count}
          <span className="visually-hidden">{texts.waiting}</span>
        </span>
      )}
    </Link>
  );
}
