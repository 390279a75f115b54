import { useState } from 'react';
import { kindOf } from '#features/models/kinds/kinds.ts';
import type { ModelProvider } from '#features/models/providers-contract.ts';
import { explain } from '#ui/format/explain.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { Icon } from '#ui/primitives/icon.tsx';
import { Menu, type MenuItem } from '#ui/primitives/menu.tsx';
import { ServerItem, ServerState } from '#ui/primitives/server-item.tsx';
import { Tag } from '#ui/primitives/tag.tsx';
import { DeleteProviderDialog, EditProviderDialog } from './provider-dialogs.tsx';
import { useProviderTest } from './provider-queries.ts';

export function ProviderItem({ provider }: { provider: ModelProvider }) {
  const [openDialog, setOpenDialog] = useState<'edit' | 'delete'>();
  const close = () => setOpenDialog(undefined);
  const { kind, name, slug, url, hasKey, keyEnd, privateNetwork } = provider;
  const items: MenuItem[] = [
    { label: 'Edit', icon: 'pencil', onSelect: () => setOpenDialog('edit') },
    { label: 'Delete', icon: 'trash', kind: 'danger', onSelect: () => setOpenDialog('delete') },
  ];
  const key = hasKey ? `key ${keyEnd ? `that ends in ${keyEnd}` : 'kept'}` : 'no key';
  return (
    <ServerItem
      icon="link"
      name={name}
      prefix={`${slug}/`}
      tags={privateNetwork && url && <Tag>May be in our own network</Tag>}
      place={`${url ?? kindOf(kind).label}, ${key}`}
      address={url ?? undefined}
      menu={<Menu label={`Actions for ${name}`} items={items} />}
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
    <ServerState test={{ label: 'Test', busy: isFetching, onTest: () => void refetch() }}>
      <output data-kind={failure && !isFetching ? 'danger' : undefined}>
        {isFetching ? (
          'Asking it for its models…'
        ) : failure ? (
          <>
            <Icon name="alert" /> {failure}
          </>
        ) : (
          <>
            <Icon name="check" /> It answers, with {count === 1 ? '1 model' : `${formatNumber(count)} models`}.
          </>
        )}
      </output>
    </ServerState>
  );
}
