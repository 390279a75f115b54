import type { User } from '#features/accounts/contract.ts';
import { useProjects } from '#features/projects/client/queries.ts';
import { texts } from '#features/tokens/client/texts.ts';
import { TokenList } from '#features/tokens/client/token-list.tsx';
import { includes } from '#wire/rights.ts';

const words = texts.organization;

/** A section of the organization's settings: its own tokens. Nothing for those who may not see them. */
export function ServiceAccounts({ organization }: { organization: User['organizations'][number] }) {
  const { data: projects } = useProjects();
  const { id, role } = organization;
  if (!includes(role, 'tokens.read')) return null;
  return (
    <section className="section" aria-labelledby="service-accounts">
      <h2 id="service-accounts">{words.title}</h2>
      <p>{words.about}</p>
      <TokenList owner="organization" organizationId={id} role={role} projects={projects} />
    </section>
  );
}
