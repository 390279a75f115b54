import { BackupsView } from '#features/backups/client/backups-view.tsx';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { Page, PageHead } from '#ui/app/page.tsx';
import { texts } from '../texts/pages.ts';

export default function BackupsPage() {
  useDocumentTitle(texts.backups);
  return (
    <Page wide>
      <PageHead title={texts.backups} />
      <BackupsView />
    </Page>
  );
}
