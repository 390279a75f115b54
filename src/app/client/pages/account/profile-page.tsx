import { NameForm } from '#features/accounts/client/name-form.tsx';
import { PictureField } from '#features/accounts/client/picture-field.tsx';
import { useSignOut } from '#features/accounts/client/queries.ts';
import type { User } from '#features/accounts/contract.ts';
import { Button } from '#ui/primitives/button.tsx';
import { AccountArea } from './account-area.tsx';
import { texts } from './texts.ts';
import './profile-page.css';

export function ProfilePage({ user }: { user: User }) {
  const signOut = useSignOut();
  const out = (
    <Button icon="out" busy={signOut.isPending} onClick={() => signOut.mutate()}>
      {texts.signOut}
    </Button>
  );
  return (
    <AccountArea current="/account/profile" actions={out}>
      <div className="profile">
        <PictureField user={user} />
        <NameForm user={user} />
      </div>
    </AccountArea>
  );
}
