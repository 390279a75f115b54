import { useSignOut } from '#features/accounts/client/queries.ts';
import type { User } from '#features/accounts/contract.ts';
import { SessionList } from '#features/sessions/client/session-list.tsx';
import { Button } from '#ui/button.tsx';
import { useDocumentTitle } from '#ui/document-title.ts';
import { ThemeChoice } from '#ui/theme-choice.tsx';

export function AccountPage({ user }: { user: User }) {
  useDocumentTitle('Account');
  const signOut = useSignOut();
  return (
    <main id="main" className="page" tabIndex={-1}>
      <div className="page-head">
        <div>
          <h1>{user.name}</h1>
          <p className="muted">{user.email}</p>
        </div>
        <Button icon="out" busy={signOut.isPending} onClick={() => signOut.mutate()}>
          Sign out
        </Button>
      </div>
      <section className="section" aria-labelledby="sessions">
        <h2 id="sessions">My sessions</h2>
        <p>The browsers in which you are signed in. Revoke what you do not know: it is signed out at once.</p>
        <SessionList />
      </section>
      <section className="section" aria-labelledby="theme">
        <h2 id="theme">Theme</h2>
        <p>Kept in this browser.</p>
        <ThemeChoice />
      </section>
    </main>
  );
}
