import { useState } from 'react';
import type { Token } from '#features/tokens/contract.ts';
import { formatDay, Time } from '#ui/format/time.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { DeleteDialog } from '#ui/primitives/delete-dialog.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { Tag } from '#ui/primitives/tag.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { useRevokeToken } from './queries.ts';
import { texts } from './texts.ts';

const words = texts.list;
/** Longer lists are counted. */
const NAMED_PROJECTS = 3;

interface TokenRowProps {
  token: Token;
  projects: readonly { id: string; name: string }[] | undefined;
}

export function TokenRow({ token, projects }: TokenRowProps) {
  const [revoking, setRevoking] = useState(false);
  const { name, scopes, role, expiresAt, lastUsedAt, createdBy, owner } = token;
  const expired = expiresAt !== null && new Date(expiresAt).getTime() <= Date.now();
  return (
    <li className="token">
      <Icon name="key" />
      <div className="token-text">
        <p className="token-name">
          {name}
          {role && <Tag>{texts.roles[role]}</Tag>}
          {scopes.map((scope) => (
            <Tag key={scope}>{texts.scopes[scope].name}</Tag>
          ))}
          {expired && <Tag kind="danger">{words.expired}</Tag>}
        </p>
        <p className="muted token-facts">
          <span>{describeProjects(token.projects, projects)}</span>
          <span>{lastUsedAt ? words.lastUsed(<Time at={lastUsedAt} />) : words.neverUsed}</span>
          <span>{expiresAt === null ? words.neverExpires : (expired ? words.expiredOn : words.expiresOn)(formatDay(expiresAt))}</span>
          {owner === 'organization' && <span>{words.createdBy(createdBy.name)}</span>}
        </p>
      </div>
      <Button size="small" aria-label={words.revokeNamed(name)} onClick={() => setRevoking(true)}>
        {words.revoke}
      </Button>
      {revoking && <RevokeDialog token={token} onClose={() => setRevoking(false)} />}
    </li>
  );
}

/** @param limits null: all projects @param known those the person sees, which may be fewer than the token's */
function describeProjects(limits: readonly string[] | null, known: TokenRowProps['projects']): string {
  if (limits === null) return words.allProjects;
  const names = limits.flatMap((id) => known?.find((project) => project.id === id)?.name ?? []);
  if (names.length === 0 && known) return words.otherProjects(limits.length);
  return limits.length <= NAMED_PROJECTS && names.length === limits.length ? words.projects(names) : words.manyProjects(limits.length);
}

function RevokeDialog({ token: { id, name }, onClose }: { token: Token; onClose: () => void }) {
  const revoke = useRevokeToken();
  const submit = () => revoke.mutate(id, { onSuccess: () => showToast(texts.revoke.done(name)) });
  return (
    <DeleteDialog
      title={texts.revoke.title(name)}
      action={texts.revoke.action}
      busy={revoke.isPending}
      error={revoke.error}
      onDelete={submit}
      onClose={onClose}
    >
      {texts.revoke.about}
    </DeleteDialog>
  );
}
