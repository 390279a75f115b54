import { LinkButton } from '#ui/app/link-button.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import type { InboxFilter } from './queries.ts';

interface EmptyInboxProps {
  filter: InboxFilter;
  /** Whether the person may see agent permissions. */
  seesPermissions: boolean;
  onFilter: (filter: InboxFilter) => void;
}

export function EmptyInbox({ filter, seesPermissions, onFilter }: EmptyInboxProps) {
  const { status, mine, kind, project } = filter;
  if (mine || kind || project) {
    const showAll = <Button onClick={() => onFilter({ status, mine: false, kind: undefined, project: undefined })}>Show all</Button>;
    return (
      <Empty icon="inbox" title="Nothing like this" action={showAll}>
        {status === 'pending' ? 'Nothing that waits fits these filters.' : 'Nothing that was decided fits these filters.'}
      </Empty>
    );
  }
  if (status === 'decided') {
    return (
      <Empty icon="inbox" title="Nothing was decided yet">
        What was approved or rejected stays here to be read, with who decided and when.
      </Empty>
    );
  }
  return (
    <Empty
      icon="inbox"
      title="Nothing waits for you"
      action={seesPermissions && <LinkButton href="/settings/agent-permissions">See what agents ask for</LinkButton>}
    >
      When an agent may not do something by itself, it asks here, and waits for as long as it takes.
    </Empty>
  );
}
