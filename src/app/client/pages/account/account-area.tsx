import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { Page, PageHead } from '#ui/app/page.tsx';
import { texts } from './texts.ts';
import '../settings-page.css';

/** In the order of the navigation. */
const sections = ['profile', 'security', 'tokens', 'notifications', 'appearance'] as const;

/** The layout of every page of My settings. */
export function AccountArea({ section, children }: { section: (typeof sections)[number]; children: ReactNode }) {
  useDocumentTitle(texts[section]);
  return (
    <Page>
      <PageHead title={texts.title} />
      <nav className="settings-sections" aria-label={texts.title}>
        {sections.map((each) => (
          <Link key={each} href={`/account/${each}`} aria-current={each === section ? 'page' : undefined}>
            {texts[each]}
          </Link>
        ))}
      </nav>
      {children}
    </Page>
  );
}
