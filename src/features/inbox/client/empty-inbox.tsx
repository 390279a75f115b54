import { LinkButton } from '#ui/app/link-button.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import type { InboxFilter } from './queries.ts';
import { texts } from './texts/inbox.ts';

const words = texts.empty;

interface EmptyInboxProps {
  filter: InboxFilter;
  /** Whether the person may see agent permissions. */
  seesPermissions: boolean;
  onFilter: (filter: InboxFilter) => void;
}

export function EmptyInbox({ filter, seesPermissions, onFilter }: EmptyInboxProps) {
  const { status, mine, kind, project } = filter;
  if (mine || kind || project) {
    const showAll = <Button onClick={() => onFilter({ status, mine: false, kind: undefined, project: undefined })}>{words.showAll}</Button>;
    return (
      <Empty icon="inbox" title={words.filtered} action={showAll}>
        {status === 'pending' ? words.filteredPending : words.filteredDecided}
      </Empty>
    );
  }
  if (status === 'decided') {
    return (
      <Empty icon="inbox" title={words.decided}>
        {words.decidedAbout}
      </Empty>
    );
  }
  return (
    <Empty
      icon="inbox"
      title={words.pending}
      action={seesPermissions && <LinkButton href="/settings/agent-permissions">{words.permissions}</LinkButton>}
    >
      {words.pendingAbout}
    </Empty>
  );
}
