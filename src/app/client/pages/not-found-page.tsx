import { useDocumentTitle } from '#ui/app/document-title.ts';
import { LinkButton } from '#ui/app/link-button.tsx';
import { Page } from '#ui/app/page.tsx';
import { Empty } from '#ui/primitives/empty.tsx';

export function NotFoundPage() {
  useDocumentTitle('Not found');
  return (
    <Page>
      <h1 className="visually-hidden">Not found</h1>
      <Empty icon="search" title="There is nothing here" action={<LinkButton href="/">Go to projects</LinkButton>}>
        The address may be mistyped, the project deleted, or it belongs to somebody who has not shared it with you.
      </Empty>
    </Page>
  );
}
