import { useId, useState } from 'react';
import { useLocation } from 'wouter';
import type { Organization } from '#features/organizations/contract.ts';
import { Button } from '#ui/primitives/button.tsx';
import { DeleteDialog } from '#ui/primitives/delete-dialog.tsx';
import { FormDialog } from '#ui/primitives/form-dialog.tsx';
import { Failure, Note } from '#ui/primitives/note.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { useMembers } from './member-queries.ts';
import { useLeaveOrganization, useTransferOwnership } from './queries.ts';
import { texts } from './texts/settings.ts';

const words = texts.general;

export function OwnershipSection({ organization, userId }: { organization: Organization; userId: string }) {
  const [asked, setAsked] = useState(false);
  const { data: members = [], isSuccess } = useMembers(organization.id);
  const others = members.filter((member) => member.userId !== userId && member.role !== 'owner');
  return (
    <section className="section" aria-labelledby="ownership">
      <h2 id="ownership">{words.ownership}</h2>
      <p>{words.ownershipAbout}</p>
      {isSuccess && others.length === 0 && <p className="muted general-reason">{words.transferNobody}</p>}
      <Button disabled={others.length === 0} onClick={() => setAsked(true)}>
        {words.transfer}
      </Button>
      {asked && <TransferDialog organization={organization} others={others} onClose={() => setAsked(false)} />}
    </section>
  );
}

interface TransferDialogProps {
  organization: Organization;
  others: readonly { userId: string; name: string; email: string }[];
  onClose: () => void;
}

function TransferDialog({ organization, others, onClose }: TransferDialogProps) {
  const id = useId();
  const [to, setTo] = useState('');
  const transfer = useTransferOwnership(organization.id);
  const done = () => {
    onClose();
    showToast(words.transferred(others.find(({ userId }) => userId === to)?.name ?? ''));
  };
  return (
    <FormDialog
      title={words.transfer}
      action={words.transfer}
      kind="danger"
      busy={transfer.isPending}
      disabled={to === ''}
      onSubmit={() => transfer.mutate(to, { onSuccess: done })}
      onClose={onClose}
    >
      <p>{words.ownershipAbout}</p>
      <Note kind="warn">{words.transferWarn(organization.name)}</Note>
      <div className="field">
        <label htmlFor={id}>{words.transferTo}</label>
        <select id={id} className="input" value={to} onChange={(event) => setTo(event.target.value)}>
          <option value="">{words.choose}</option>
          {others.map(({ userId, name, email }) => (
            <option key={userId} value={userId}>
              {words.person(name, email)}
            </option>
          ))}
        </select>
      </div>
      <Failure error={transfer.error} />
    </FormDialog>
  );
}

export function LeaveSection({ organization: { id, name, role } }: { organization: Organization }) {
  const [asked, setAsked] = useState(false);
  const [, navigate] = useLocation();
  const { data: members = [], isSuccess, hasNextPage } = useMembers(id);
  const lastOwner = role === 'owner' && isSuccess && !hasNextPage && members.filter((member) => member.role === 'owner').length === 1;
  const leave = useLeaveOrganization(id);
  return (
    <section className="section" aria-labelledby="leave">
      <h2 id="leave">{words.leaveSection}</h2>
      <p>{lastOwner ? words.lastOwner : words.leaveAbout(name)}</p>
      <Button disabled={lastOwner} onClick={() => setAsked(true)}>
        {words.leave}
      </Button>
      {asked && (
        <DeleteDialog
          title={words.leaveTitle(name)}
          action={words.leaveAction}
          busy={leave.isPending}
          error={leave.error}
          onDelete={() => leave.mutate(undefined, { onSuccess: () => navigate('/') })}
          onClose={() => setAsked(false)}
        >
          {words.leaveAbout(name)}
        </DeleteDialog>
      )}
    </section>
  );
}
