import { useDocumentTitle } from '#ui/app/document-title.ts';
import { LinkButton } from '#ui/app/link-button.tsx';
import { Page } from '#ui/app/page.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { texts } from '../texts.ts';

const words = texts.notFound;

export function NotFoundPage() {
  useDocumentTitle(words.title);
  return (
    <Page>
      <h1 className="visually-hidden">{words.title}</h1>
      <Empty icon="search" title={words.heading} action={<LinkButton href="/">{words.toProjects}</LinkButton>}>
        {words.about}
      </Empty>
    </Page>
  );
}
