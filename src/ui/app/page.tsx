import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Failure } from '#ui/primitives/note.tsx';
import { texts } from '../texts/app.ts';

/** The main part of the screen. @param wide for tables and plots */
export const Page = ({ wide = false, children }: { wide?: boolean; children: ReactNode }) => (
  <main id="main" className="page" data-wide={wide ? '' : undefined} tabIndex={-1}>
    {children}
  </main>
);

/** Above the head: the parent page. */
export const PagePath = ({ href, name }: { href: string; name: string }) => (
  <nav className="page-path" aria-label={texts.path}>
    <Link href={href}>{name}</Link>
  </nav>
);

interface PageHeadProps {
  title?: string;
  /** Id of the title if it heads a section of a page. */
  section?: string;
  /** A name given by a person: truncated if it does not fit. */
  isName?: boolean;
  /** Below the title. */
  about?: string;
  /** Next to the title: filters and actions. */
  children?: ReactNode;
}

export function PageHead({ title, section, isName = false, about, children }: PageHeadProps) {
  const Heading = section === undefined ? 'h1' : 'h2';
  const heading = title !== undefined && (
    <Heading id={section} className={isName ? 'truncate' : undefined}>
      {title}
    </Heading>
  );
  return (
    <div className="page-head">
      {about === undefined ? (
        heading
      ) : (
        <div>
          {heading}
          <p className="muted">{about}</p>
        </div>
      )}
      {children}
    </div>
  );
}

/** Shown in place of content that cannot be loaded. @param title of the page, for screen readers */
export const PageFailure = ({ title, error, onRetry }: { title: string; error: unknown; onRetry: () => void }) => (
  <>
    <h1 className="visually-hidden">{title}</h1>
    <Failure error={error} onRetry={onRetry} />
  </>
);
