import { ChangePasswordForm } from '#features/accounts/client/change-password-form.tsx';
import { EmailSettings } from '#features/accounts/client/email-settings.tsx';
import { texts } from '#features/accounts/client/texts/settings.ts';
import type { User } from '#features/accounts/contract.ts';
import { useRefreshSessions } from '#features/sessions/client/queries.ts';
import { SessionList } from '#features/sessions/client/session-list.tsx';
import { texts as sessionTexts } from '#features/sessions/client/texts.ts';
import { AccountArea } from './account-area.tsx';

export function SecurityPage({ user }: { user: User }) {
  const refreshSessions = useRefreshSessions();
  return (
    <AccountArea current="/account/security">
      <section className="section" aria-labelledby="email">
        <h2 id="email">{texts.changeEmail.title}</h2>
        <p>{texts.changeEmail.about}</p>
        <EmailSettings user={user} />
      </section>
      <section className="section" aria-labelledby="password">
        <h2 id="password">{texts.changePassword.title}</h2>
        <p>{texts.changePassword.about}</p>
        <ChangePasswordForm user={user} onChanged={() => void refreshSessions()} />
      </section>
      <section className="section" aria-labelledby="sessions">
        <h2 id="sessions">{sessionTexts.title}</h2>
        <p>{sessionTexts.about}</p>
        <SessionList />
      </section>
    </AccountArea>
  );
}
