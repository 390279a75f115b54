import { useState } from 'react';
import type { ModelProvider } from '#features/models/providers-contract.ts';
import { texts as shared } from '#features/models/texts.ts';
import { explain } from '#ui/format/explain.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { Icon } from '#ui/primitives/icon.tsx';
import { Menu, type MenuItem } from '#ui/primitives/menu.tsx';
import { ServerItem, ServerState } from '#ui/primitives/server-item.tsx';
import { Tag } from '#ui/primitives/tag.tsx';
import { DeleteProviderDialog, EditProviderDialog } from './provider-dialogs.tsx';
import { useProviderTest } from './provider-queries.ts';
import { texts } from './texts/settings.ts';

const words = texts.provider;

export function ProviderItem({ provider }: { provider: ModelProvider }) {
  const [openDialog, setOpenDialog] = useState<'edit' | 'delete'>();
  const close = () => setOpenDialog(undefined);
  const { kind, name, slug, url, hasKey, keyEnd, privateNetwork } = provider;
  const items: MenuItem[] = [
    { label: words.edit, icon: 'pencil', onSelect: () => setOpenDialog('edit') },
    { label: words.delete, icon: 'trash', kind: 'danger', onSelect: () => setOpenDialog('delete') },
  ];
  const place = url ?? shared.kinds[kind].label;
  return (
    <ServerItem
      icon="link"
      name={name}
      prefix={`${slug}/`}
      tags={privateNetwork && url && <Tag>{words.privateNetwork}</Tag>}
      place={hasKey ? words.withKey(place, keyEnd) : words.withoutKey(place)}
      address={url ?? undefined}
      menu={<Menu label={words.actions(name)} items={items} />}
    >
      <ProviderTest provider={provider} />
      {openDialog === 'edit' && <EditProviderDialog provider={provider} onClose={close} />}
      {openDialog === 'delete' && <DeleteProviderDialog provider={provider} onClose={close} />}
    </ServerItem>
  );
}

/** The result of listing the provider's models. */
function ProviderTest({ provider }: { provider: ModelProvider }) {
  const { data, error, isFetching, refetch } = useProviderTest(provider);
  const failure = error ? explain(error) : data && !data.ok ? data.reason : undefined;
  const count = data?.models?.length ?? 0;
  return (
    <ServerState test={{ label: words.test, busy: isFetching, onTest: () => void refetch() }}>
      <output data-kind={failure && !isFetching ? 'danger' : undefined}>
        {isFetching ? (
          words.testing
        ) : failure ? (
          <>
            <Icon name="alert" /> {failure}
          </>
        ) : (
          <>
            <Icon name="check" /> {count === 1 ? words.answersOne : words.answers(formatNumber(count))}
          </>
        )}
      </output>
    </ServerState>
  );
}
