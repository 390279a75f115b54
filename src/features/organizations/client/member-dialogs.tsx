import { useMutation } from '@tanstack/react-query';
import type { Member } from '#features/organizations/contract.ts';
import { Button } from '#ui/primitives/button.tsx';
import { DeleteDialog } from '#ui/primitives/delete-dialog.tsx';
import { Dialog } from '#ui/primitives/dialog.tsx';
import { FormDialog } from '#ui/primitives/form-dialog.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { useCreatePasswordLink, useRemoveMember } from './member-queries.ts';
import { SecretLink } from './secret-link.tsx';
import { texts } from './texts/settings.ts';

const words = texts.members;

interface DialogProps {
  member: Member;
  onClose: () => void;
}

export function RemoveMemberDialog({ organizationId, member, onClose }: DialogProps & { organizationId: string }) {
  const remove = useRemoveMember(organizationId);
  const done = () => {
    onClose();
    showToast(words.removed(member.name));
  };
  return (
    <DeleteDialog
      title={words.removeTitle(member.name)}
      action={words.removeAction}
      busy={remove.isPending}
      error={remove.error}
      onDelete={() => remove.mutate(member.userId, { onSuccess: done })}
      onClose={onClose}
    >
      {words.removeAbout}
    </DeleteDialog>
  );
}

export function SignOutMemberDialog({ member, onSignOut, onClose }: DialogProps & { onSignOut: (userId: string) => Promise<unknown> }) {
  const signOut = useMutation({ mutationFn: onSignOut, meta: { inline: true } });
  const done = () => {
    onClose();
    showToast(words.signedOut(member.name));
  };
  return (
    <FormDialog
      title={words.signOutTitle(member.name)}
      action={words.signOut}
      busy={signOut.isPending}
      onSubmit={() => signOut.mutate(member.userId, { onSuccess: done })}
      onClose={onClose}
    >
      <p>{words.signOutAbout}</p>
      <Failure error={signOut.error} />
    </FormDialog>
  );
}

export function PasswordLinkDialog({ organizationId, member, onClose }: DialogProps & { organizationId: string }) {
  const create = useCreatePasswordLink(organizationId);
  if (create.data) {
    return (
      <Dialog title={words.linkTitle(member.name)} onClose={onClose}>
        <p>{words.linkAbout(member.name)}</p>
        <SecretLink link={create.data.link} />
        <div className="dialog-actions">
          <Button kind="primary" onClick={onClose}>
            {texts.close}
          </Button>
        </div>
      </Dialog>
    );
  }
  return (
    <FormDialog
      title={words.linkTitle(member.name)}
      action={words.linkAction}
      busy={create.isPending}
      onSubmit={() => create.mutate(member.userId)}
      onClose={onClose}
    >
      <p>{words.linkAsk(member.name)}</p>
      <Failure error={create.error} />
    </FormDialog>
  );
}
