import { useState } from 'react';
import { Button } from '#ui/primitives/button.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import type { Role } from '#wire/role.ts';
import { CreateTokenDialog } from './create-token-dialog.tsx';
import { type TokenOwner, useTokens } from './queries.ts';
import { texts } from './texts.ts';
import { TokenRow } from './token-row.tsx';
import { TokenSecret } from './token-secret.tsx';
import './tokens.css';

type TokenListProps = TokenOwner & {
  /** The person's own role in the organization: nobody makes a token that may do more. */
  role?: Role;
  /** Projects that a token can be limited to; undefined while they load. */
  projects: readonly { id: string; name: string }[] | undefined;
};

/** The tokens of a person or an organization; the secret of a new one is shown once, above the list. */
export function TokenList({ role, projects, ...of }: TokenListProps) {
  const tokens = useTokens(of);
  const [creating, setCreating] = useState(false);
  const [made, setMade] = useState<{ name: string; secret: string; canRead: boolean }>();
  if (tokens.isPending) return <Waiting what={texts.loading} />;
  if (tokens.isError) return <Failure error={tokens.error} onRetry={() => void tokens.refetch()} />;
  const words = texts[of.owner];
  const create = (
    <Button kind="primary" icon="plus" onClick={() => setCreating(true)}>
      {texts.create}
    </Button>
  );
  return (
    <div className="stack">
      {made && <TokenSecret {...made} onDone={() => setMade(undefined)} />}
      {tokens.data.length === 0 ? (
        <Empty icon="code" title={words.emptyTitle} action={create}>
          {words.empty}
        </Empty>
      ) : (
        <>
          <div>{create}</div>
          <ul className="tokens">
            {tokens.data.map((token) => (
              <TokenRow key={token.id} token={token} projects={projects} />
            ))}
          </ul>
        </>
      )}
      {creating && (
        <CreateTokenDialog
          of={of}
          role={role}
          projects={projects}
          onCreated={({ token, secret }) => {
            setCreating(false);
            setMade({ name: token.name, secret, canRead: token.scopes.includes('read') });
          }}
          onClose={() => setCreating(false)}
        />
      )}
    </div>
  );
}
