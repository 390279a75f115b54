import { useSignOut } from '#features/accounts/client/queries.ts';
import type { User } from '#features/accounts/contract.ts';
import { RecentNotifications } from '#features/notifications/client/recent.tsx';
import { NotificationSettingsForm } from '#features/notifications/client/settings-form.tsx';
import { SessionList } from '#features/sessions/client/session-list.tsx';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { Page, PageHead } from '#ui/app/page.tsx';
import { ThemeChoice } from '#ui/app/theme-choice.tsx';
import { Button } from '#ui/primitives/button.tsx';

/** Emails link to this heading, and the browser scrolls before it is rendered. */
function scrollToWanted(heading: HTMLElement | null): void {
  if (heading && location.hash === `#${heading.id}`) heading.scrollIntoView();
}

export function AccountPage({ user }: { user: User }) {
  useDocumentTitle('Account');
  const signOut = useSignOut();
  return (
    <Page>
      <PageHead title={user.name} about={user.email}>
        <Button icon="out" busy={signOut.isPending} onClick={() => signOut.mutate()}>
          Sign out
        </Button>
      </PageHead>
      <section className="section" aria-labelledby="sessions">
        <h2 id="sessions">My sessions</h2>
        <p>The browsers in which you are signed in. Revoke what you do not know: it is signed out at once.</p>
        <SessionList />
      </section>
      <section className="section" aria-labelledby="notifications">
        <h2 id="notifications" ref={scrollToWanted}>
          My notifications
        </h2>
        <p>What you are told, and how. E-mails and webhooks name what is asked and which files, never what they contain.</p>
        <NotificationSettingsForm />
      </section>
      <section className="section" aria-labelledby="told">
        <h2 id="told">Told lately</h2>
        <p>What went out to you, and what came of it.</p>
        <RecentNotifications />
      </section>
      <section className="section" aria-labelledby="theme">
        <h2 id="theme">Theme</h2>
        <p>Kept in this browser.</p>
        <ThemeChoice />
      </section>
    </Page>
  );
}
