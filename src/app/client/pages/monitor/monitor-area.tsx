import type { ReactNode } from 'react';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { Page, PageHead } from '#ui/app/page.tsx';
import { PageTabs } from '#ui/app/page-tabs.tsx';
import { sections } from './sections.ts';
import { texts } from './texts.ts';
import './monitor-area.css';

interface MonitorAreaProps {
  /** URL of the current tab. */
  current: (typeof sections)[number]['href'];
  /** Next to the title. */
  actions?: ReactNode;
  /** Below the tabs: what the page is for. */
  about?: string;
  children: ReactNode;
}

/** The pages for operators, as tabs. */
export function MonitorArea({ current, actions, about, children }: MonitorAreaProps) {
  const tab = sections.find(({ href }) => href === current);
  const title = tab && current !== '/monitor' ? `${tab.name} · ${texts.title}` : texts.title;
  useDocumentTitle(title);
  return (
    <Page wide>
      <PageHead title={texts.title}>{actions && <div className="page-actions">{actions}</div>}</PageHead>
      <PageTabs label={texts.title} tabs={sections} current={current} />
      {about !== undefined && <p className="monitor-about muted">{about}</p>}
      {children}
    </Page>
  );
}
