import { useProjects } from '#features/projects/client/queries.ts';
import { texts } from '#features/tokens/client/texts.ts';
import { TokenList } from '#features/tokens/client/token-list.tsx';
import { AccountArea } from './account-area.tsx';

export function TokensPage() {
  const { data: projects } = useProjects();
  return (
    <AccountArea current="/account/tokens" about={texts.me.about}>
      <TokenList owner="me" projects={projects} />
    </AccountArea>
  );
}
