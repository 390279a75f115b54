import { RecentNotifications } from '#features/notifications/client/recent.tsx';
import { NotificationSettingsForm } from '#features/notifications/client/settings-form.tsx';
import { AccountArea } from './account-area.tsx';
import { texts } from './texts.ts';

export function NotificationsPage() {
  return (
    <AccountArea current="/account/notifications">
      <section className="section" aria-labelledby="notifications">
        <h2 id="notifications">{texts.myNotifications}</h2>
        <p>{texts.notificationsAbout}</p>
        <NotificationSettingsForm />
      </section>
      <section className="section" aria-labelledby="told">
        <h2 id="told">{texts.told}</h2>
        <p>{texts.toldAbout}</p>
        <RecentNotifications />
      </section>
    </AccountArea>
  );
}
