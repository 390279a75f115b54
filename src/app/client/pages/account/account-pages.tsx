import { Redirect, Route, Switch } from 'wouter';
import type { User } from '#features/accounts/contract.ts';
import { NotFoundPage } from '../not-found-page.tsx';
import { AccountArea } from './account-area.tsx';
import { AppearancePage } from './appearance-page.tsx';
import { NotificationsPage } from './notifications-page.tsx';
import { ProfilePage } from './profile-page.tsx';
import { SecurityPage } from './security-page.tsx';
import { TokensPage } from './tokens-page.tsx';

/** My settings: everything below /account. */
export default function AccountPages({ user }: { user: User }) {
  return (
    <Switch>
      <Route path="/account">
        {/* Emails link to this heading. */}
        {location.hash === '#notifications' ? <Redirect to="/account/notifications" replace /> : <AccountArea />}
      </Route>
      <Route path="/account/profile">
        <ProfilePage user={user} />
      </Route>
      <Route path="/account/security">
        <SecurityPage user={user} />
      </Route>
      <Route path="/account/tokens" component={TokensPage} />
      <Route path="/account/notifications" component={NotificationsPage} />
      <Route path="/account/appearance" component={AppearancePage} />
      <Route component={NotFoundPage} />
    </Switch>
  );
}
