import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import type { User } from '#features/accounts/contract.ts';
import { Area } from '#ui/app/area.tsx';
import type { Membership } from '../../use-current-organization.ts';
import { root, sectionsFor } from './sections.ts';
import { texts } from './texts.ts';

/** What every page of the settings gets. */
export interface SettingsPageProps {
  user: User;
  organization: Membership;
}

interface PageProps {
  organization: Membership;
  wide?: boolean;
  /** Next to the title. */
  actions?: ReactNode;
  /** Below the title. */
  about?: string;
  children: ReactNode;
}

/** The layout of one page of the organization's settings. */
export function SettingsPage({ organization: { role }, ...rest }: PageProps) {
  const [path] = useLocation();
  return <Area title={texts.title} href={root} sections={sectionsFor(role)} current={path} {...rest} />;
}
