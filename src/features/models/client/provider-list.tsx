import { useState } from 'react';
import { kindsWithKeyInWords } from '#features/models/kinds/words.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { Failure, Note } from '#ui/primitives/note.tsx';
import { ServerItem, ServerState } from '#ui/primitives/server-item.tsx';
import { Tag } from '#ui/primitives/tag.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { AddProviderDialog } from './provider-dialogs.tsx';
import { ProviderItem } from './provider-item.tsx';
import { useModelProviders } from './provider-queries.ts';
import { useModelSettings } from './queries.ts';
import { texts } from './texts/settings.ts';

const words = texts.providers;

export function ProviderList({ organizationId, isOperator }: { organizationId: string; isOperator: boolean }) {
  const found = useModelProviders(organizationId);
  const { data: survey } = useModelSettings(organizationId);
  const [adding, setAdding] = useState(false);
  if (found.isPending) return <Waiting what={words.loading} />;
  if (found.isError) return <Failure error={found.error} onRetry={() => void found.refetch()} />;
  const { providers, environment, canKeepKeys } = found.data;
  const none = providers.length + environment.length === 0;
  const add = (
    <Button kind={none ? 'primary' : undefined} icon="plus" onClick={() => setAdding(true)}>
      {words.add}
    </Button>
  );
  return (
    <div className="stack">
      {!canKeepKeys && <Note kind="warn">{words.noKeys(<code>ENCRYPTION_KEY</code>)}</Note>}
      {none ? (
        <Empty icon="link" title={words.emptyTitle} action={add}>
          {words.empty(kindsWithKeyInWords)}
        </Empty>
      ) : (
        <>
          <ul className="servers">
            {environment.map(({ slug, name }) => (
              <EnvironmentItem
                key={slug}
                slug={slug}
                name={name}
                reason={survey?.unreachable.find(({ provider }) => provider === name)?.reason}
              />
            ))}
            {providers.map((provider) => (
              <ProviderItem key={provider.id} provider={provider} />
            ))}
          </ul>
          <div>{add}</div>
        </>
      )}
      {adding && <AddProviderDialog organizationId={organizationId} isOperator={isOperator} onClose={() => setAdding(false)} />}
    </div>
  );
}

interface EnvironmentItemProps {
  slug: string;
  name: string;
  /** Why the provider cannot be called; undefined if it can. */
  reason: string | undefined;
}

function EnvironmentItem({ slug, name, reason }: EnvironmentItemProps) {
  return (
    <ServerItem icon="link" name={name} prefix={`${slug}/`} tags={<Tag>{words.environment}</Tag>}>
      {reason && (
        <ServerState kind="danger">
          <output>
            <Icon name="alert" /> {reason}
          </output>
        </ServerState>
      )}
    </ServerItem>
  );
}
