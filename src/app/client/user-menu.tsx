import { useLocation } from 'wouter';
import { useSignOut } from '#features/accounts/client/queries.ts';
import type { User } from '#features/accounts/contract.ts';
import { Avatar } from '#ui/primitives/avatar.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { Menu, type MenuItem } from '#ui/primitives/menu.tsx';
import { texts } from './texts.ts';

/** At the end of the sidebar: who is signed in, and what concerns them alone. */
export function UserMenu({ user, member }: { user: User; member: boolean }) {
  const { mutate: signOut } = useSignOut();
  const [, navigate] = useLocation();
  const guide: MenuItem = { label: texts.setupGuide, icon: 'plan', onSelect: () => navigate('/?guide') };
  const items: MenuItem[] = [
    { label: texts.mySettings, icon: 'person', href: '/account' },
    ...(member ? [guide] : []),
    { label: texts.signOut, icon: 'out', separated: true, onSelect: () => signOut() },
  ];
  return (
    <Menu
      label={texts.userMenu(user.name)}
      items={items}
      trigger={{
        className: 'sidebar-user',
        children: (
          <>
            <Avatar name={user.name} picture={user.picture} size="small" />
            <span className="visually-hidden">{texts.you}</span>
            <span className="sidebar-user-text">
              <span className="truncate">{user.name}</span>
              <span className="truncate muted">{user.email}</span>
            </span>
            <Icon name="updown" />
          </>
        ),
      }}
    />
  );
}
