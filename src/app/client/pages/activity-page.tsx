import { OverviewView } from '#features/inbox/client/overview-view.tsx';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { Page, PageHead } from '#ui/app/page.tsx';
import { texts } from '../texts.ts';
import type { Membership } from '../use-current-organization.ts';

export default function ActivityPage({ organization }: { organization: Membership }) {
  useDocumentTitle(texts.activity);
  return (
    <Page>
      <PageHead title={texts.activity} />
      <OverviewView key={organization.id} organization={organization} />
    </Page>
  );
}
