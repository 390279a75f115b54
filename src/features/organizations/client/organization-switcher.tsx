import { useState } from 'react';
import { useLocation } from 'wouter';
import type { User } from '#features/accounts/contract.ts';
import { Avatar } from '#ui/primitives/avatar.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { Menu, type MenuItem } from '#ui/primitives/menu.tsx';
import { NewOrganizationDialog } from './new-organization-dialog.tsx';
import { useSwitchOrganization } from './queries.ts';
import { texts } from './texts/switcher.ts';
import './organization-switcher.css';

interface OrganizationSwitcherProps {
  user: User;
  current: User['organizations'][number];
}

/** The organization of this tab, and the way to another one. */
export function OrganizationSwitcher({ user, current }: OrganizationSwitcherProps) {
  const [creating, setCreating] = useState(false);
  const [, navigate] = useLocation();
  const { mutate: switchTo } = useSwitchOrganization();
  const items = user.organizations.map(
    ({ id, name }): MenuItem => ({
      id,
      label: name,
      checked: id === current.id,
      onSelect: () => {
        if (id === current.id) return;
        switchTo(id);
        // What is shown here belongs to the former one.
        navigate('/');
      },
    }),
  );
  const create: MenuItem = { label: texts.create, icon: 'plus', separated: true, onSelect: () => setCreating(true) };
  return (
    <>
      <Menu
        label={texts.label(current.name)}
        items={user.mayCreateOrganization ? [...items, create] : items}
        trigger={{
          className: 'organization-switcher',
          children: (
            <>
              <span className="organization-picture">
                <Avatar name={current.name} size="small" />
              </span>
              <span className="visually-hidden">{texts.prefix}</span>
              <span className="organization-name truncate">{current.name}</span>
              <Icon name="updown" />
            </>
          ),
        }}
      />
      {creating && <NewOrganizationDialog onCreated={() => navigate('/')} onClose={() => setCreating(false)} />}
    </>
  );
}
