import { useState } from 'react';
import { useLocation } from 'wouter';
import { useSignOut } from '#features/accounts/client/queries.ts';
import type { User } from '#features/accounts/contract.ts';
import { NewOrganizationDialog } from '#features/organizations/client/new-organization-dialog.tsx';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { Page } from '#ui/app/page.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { texts } from '../texts.ts';

const words = texts.noOrganization;

/** Every page of somebody who belongs to no organization. */
export function NoOrganizationPage({ user }: { user: User }) {
  useDocumentTitle(words.title);
  const [creating, setCreating] = useState(false);
  const [, navigate] = useLocation();
  const { mutate: signOut } = useSignOut();
  return (
    <Page>
      <h1 className="visually-hidden">{words.title}</h1>
      <Empty
        icon="people"
        title={words.title}
        action={
          <div className="page-actions">
            {user.mayCreateOrganization && (
              <Button kind="primary" icon="plus" onClick={() => setCreating(true)}>
                {words.create}
              </Button>
            )}
            <Button icon="out" onClick={() => signOut()}>
              {texts.signOut}
            </Button>
          </div>
        }
      >
        {user.mayCreateOrganization ? words.aboutCreating : words.about}
      </Empty>
      {creating && <NewOrganizationDialog onCreated={() => navigate('/')} onClose={() => setCreating(false)} />}
    </Page>
  );
}
