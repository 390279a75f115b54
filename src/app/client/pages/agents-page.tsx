import { AgentList, NewAgentLink } from '#features/agents/client/agent-list.tsx';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { Page, PageHead } from '#ui/app/page.tsx';
import { includes } from '#wire/rights.ts';
import { texts } from '../texts.ts';
import type { Membership } from '../use-current-organization.ts';

export default function AgentsPage({ organization }: { organization: Membership }) {
  useDocumentTitle(texts.agents);
  const mayChange = includes(organization.role, 'agents.change');
  return (
    <Page>
      <PageHead title={texts.agents}>{mayChange && <NewAgentLink />}</PageHead>
      <AgentList key={organization.id} organizationId={organization.id} mayChange={mayChange} />
    </Page>
  );
}
