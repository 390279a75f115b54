import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { useSignOut } from '#features/accounts/client/queries.ts';
import type { User } from '#features/accounts/contract.ts';
import { OrganizationSwitcher } from '#features/organizations/client/organization-switcher.tsx';
import { Dialog } from '#ui/primitives/dialog.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { mySettings, placesFor } from './navigation.ts';
import { PlaceLink } from './sidebar.tsx';
import { texts } from './texts.ts';
import type { Membership } from './use-current-organization.ts';
import './bottom-bar.css';

interface BottomBarProps {
  user: User;
  organization: Membership | undefined;
  waiting: number;
  onFind: () => void;
}

/** The navigation on a phone: four places, and the rest under More. */
export function BottomBar({ user, organization, waiting, onFind }: BottomBarProps) {
  const [open, setOpen] = useState(false);
  const [path] = useLocation();
  const { work, settings } = placesFor({ member: organization !== undefined, operator: user.operator === true });
  const inBar = work.filter((place) => place.inBar);
  const rest = [...work.filter((place) => !place.inBar), ...settings, mySettings];
  const inRest = rest.some(({ href }) => path === href || path.startsWith(`${href}/`)) || path.startsWith('/triggers');
  return (
    <nav className="bottom-bar" aria-label={texts.main}>
      {inBar.map((place) => (
        <PlaceLink key={place.href} place={place} className="bottom-item" count={place.href === '/inbox' ? waiting : 0} />
      ))}
      <button
        type="button"
        className="bottom-item"
        aria-haspopup="dialog"
        data-current={inRest ? '' : undefined}
        onClick={() => setOpen(true)}
      >
        <Icon name="dots" />
        <span className="sidebar-name">{texts.more}</span>
      </button>
      {open && (
        <Dialog title={texts.more} titleHidden className="more" onClose={() => setOpen(false)}>
          <More user={user} organization={organization} rest={rest} onFind={onFind} onClose={() => setOpen(false)} />
        </Dialog>
      )}
    </nav>
  );
}

interface MoreProps {
  user: User;
  organization: Membership | undefined;
  rest: ReturnType<typeof placesFor>['work'];
  onFind: () => void;
  onClose: () => void;
}

function More({ user, organization, rest, onFind, onClose }: MoreProps) {
  const { mutate: signOut } = useSignOut();
  return (
    <div className="more-list">
      {organization && <OrganizationSwitcher user={user} current={organization} />}
      <button
        type="button"
        className="more-item"
        onClick={() => {
          onClose();
          // After the dialog has restored focus, which it would take from the palette.
          setTimeout(onFind);
        }}
      >
        <Icon name="search" />
        {texts.find}
      </button>
      {rest.map((place) => (
        <PlaceLink key={place.href} place={place} className="more-item" count={0} onClick={onClose} />
      ))}
      {organization && (
        <Link href="/?guide" className="more-item" onClick={onClose}>
          <Icon name="plan" />
          {texts.setupGuide}
        </Link>
      )}
      <button type="button" className="more-item" onClick={() => signOut()}>
        <Icon name="out" />
        {texts.signOut}
      </button>
    </div>
  );
}
