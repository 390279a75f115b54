import { Link } from 'wouter';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { Empty } from '#ui/primitives/empty.tsx';

export function NotFoundPage() {
  useDocumentTitle('Not found');
  return (
    <main id="main" className="page" tabIndex={-1}>
      <h1 className="visually-hidden">Not found</h1>
      <Empty
        icon="search"
        title="There is nothing here"
        action={
          <Link className="button" href="/">
            Go to projects
          </Link>
        }
      >
        The address may be mistyped, the project deleted, or it belongs to somebody who has not shared it with you.
      </Empty>
    </main>
  );
}
