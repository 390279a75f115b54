import { Link } from 'wouter';
import './page-tabs.css';

interface PageTabsProps {
  label: string;
  tabs: readonly { href: string; name: string }[];
  /** URL of the current one. */
  current: string;
}

/** Links between the pages of one place, below its title. */
export const PageTabs = ({ label, tabs, current }: PageTabsProps) => (
  <nav className="page-tabs" aria-label={label}>
    {tabs.map(({ href, name }) => (
      <Link key={href} href={href} className="page-tab" aria-current={href === current ? 'page' : undefined}>
        {name}
      </Link>
    ))}
  </nav>
);
