import type { ReactNode } from 'react';
import { Link, Redirect } from 'wouter';
import { Icon, type IconName } from '#ui/primitives/icon.tsx';
import { useDocumentTitle } from './document-title.ts';
import { useIsNarrow } from './media.ts';
import { Page, PageHead, PagePath } from './page.tsx';
import './area.css';

export interface AreaSection {
  readonly href: string;
  readonly name: string;
  readonly icon: IconName;
  /** Shown in the list on a phone: what can be done there. */
  readonly about?: string;
}

interface AreaProps {
  title: string;
  /** URL of the area itself: a list of its pages on a phone, otherwise its first page. */
  href: string;
  /** Pages in the order of the navigation; those the person may not open are left out. */
  sections: readonly AreaSection[];
  /** URL of the current page; undefined for the area itself. */
  current: string | undefined;
  /** For tables. */
  wide?: boolean;
  /** Next to the title of the page. */
  actions?: ReactNode;
  /** Below the title of the page. */
  about?: string;
  children?: ReactNode;
}

/** Pages with a navigation of their own, such as settings: in a column at the left, or on a phone a list that leads to each page. */
export function Area({ title, href, sections, current, wide = false, actions, about, children }: AreaProps) {
  const narrow = useIsNarrow();
  const section = sections.find((each) => each.href === current);
  useDocumentTitle(section ? `${section.name} · ${title}` : title);
  if (!section && !narrow && current === undefined) return <Redirect to={sections[0]?.href ?? '/'} replace />;
  if (narrow && !section) return <AreaList title={title} sections={sections} />;
  return (
    <div className="area">
      {!narrow && <AreaNavigation title={title} sections={sections} current={current} />}
      <Page wide={wide}>
        {narrow && <PagePath href={href} name={title} />}
        <PageHead title={section?.name ?? title} {...(about !== undefined && { about })}>
          {actions && <div className="page-actions">{actions}</div>}
        </PageHead>
        {children}
      </Page>
    </div>
  );
}

const AreaNavigation = ({ title, sections, current }: Pick<AreaProps, 'title' | 'sections' | 'current'>) => (
  <nav className="area-navigation" aria-label={title}>
    <p className="area-title">{title}</p>
    <ul>
      {sections.map(({ href, name, icon }) => (
        <li key={href}>
          <Link className="area-link" href={href} aria-current={href === current ? 'page' : undefined}>
            <Icon name={icon} />
            {name}
          </Link>
        </li>
      ))}
    </ul>
  </nav>
);

const AreaList = ({ title, sections }: Pick<AreaProps, 'title' | 'sections'>) => (
  <Page>
    <PageHead title={title} />
    <nav aria-label={title}>
      <ul className="area-list">
        {sections.map(({ href, name, icon, about }) => (
          <li key={href}>
            <Link className="area-entry" href={href}>
              <Icon name={icon} />
              <span>
                {name}
                {about !== undefined && <span className="area-about">{about}</span>}
              </span>
              <Icon name="chevron" />
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  </Page>
);
