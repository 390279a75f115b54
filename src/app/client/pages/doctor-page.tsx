import { Examination } from '#features/doctor/client/examination.tsx';
import { texts } from '#features/doctor/client/texts.ts';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { Page, PageHead } from '#ui/app/page.tsx';

export default function DoctorPage() {
  useDocumentTitle(texts.title);
  return (
    <Page>
      <PageHead title={texts.title} about={texts.about} />
      <Examination />
    </Page>
  );
}
