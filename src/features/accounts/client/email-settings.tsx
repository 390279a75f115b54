import { useState } from 'react';
import type { User } from '#features/accounts/contract.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Note } from '#ui/primitives/note.tsx';
import { Tag } from '#ui/primitives/tag.tsx';
import { ChangeEmailDialog } from './change-email-dialog.tsx';
import { texts } from './texts/settings.ts';
import './email-settings.css';

const words = texts.changeEmail;

/** The address a person signs in with, whether it is confirmed, and how to change that. */
export function EmailSettings({ user }: { user: User }) {
  const [dialog, setDialog] = useState<'change' | 'resend'>();
  const [sent, setSent] = useState<string>();
  const unconfirmed = user.emailConfirmed === false;
  return (
    <>
      <div className="email-settings">
        <p className="email-address">
          {user.email}
          {user.emailConfirmed !== undefined && (
            <Tag {...(unconfirmed && { kind: 'warn' })}>{unconfirmed ? words.unconfirmed : words.confirmed}</Tag>
          )}
        </p>
        <div className="page-actions">
          {unconfirmed && <Button onClick={() => setDialog('resend')}>{words.resend}</Button>}
          <Button onClick={() => setDialog('change')}>{words.change}</Button>
        </div>
      </div>
      <div role="status" className="email-sent">
        {sent !== undefined && <Note icon="check">{sent}</Note>}
      </div>
      {dialog && <ChangeEmailDialog user={user} resend={dialog === 'resend'} onSent={setSent} onClose={() => setDialog(undefined)} />}
    </>
  );
}
