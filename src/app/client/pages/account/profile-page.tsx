import { NameForm } from '#features/accounts/client/name-form.tsx';
import { PictureField } from '#features/accounts/client/picture-field.tsx';
import { useSignOut } from '#features/accounts/client/queries.ts';
import { texts } from '#features/accounts/client/texts.ts';
import type { User } from '#features/accounts/contract.ts';
import { Button } from '#ui/primitives/button.tsx';
import { AccountArea } from './account-area.tsx';
import { texts as words } from './texts.ts';

export function ProfilePage({ user }: { user: User }) {
  const signOut = useSignOut();
  return (
    <AccountArea section="profile">
      <div className="page-head section">
        <div>
          <h2>{user.name}</h2>
          <p className="muted">{user.email}</p>
        </div>
        <Button icon="out" busy={signOut.isPending} onClick={() => signOut.mutate()}>
          {words.signOut}
        </Button>
      </div>
      <section className="section" aria-labelledby="picture">
        <h2 id="picture">{texts.picture.title}</h2>
        <p>{texts.picture.about}</p>
        <PictureField user={user} />
      </section>
      <section className="section" aria-labelledby="name">
        <h2 id="name">{texts.name.label}</h2>
        <p>{texts.profile.nameHint}</p>
        <NameForm user={user} />
      </section>
    </AccountArea>
  );
}
