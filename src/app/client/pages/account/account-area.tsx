import type { ReactNode } from 'react';
import { Area, type AreaSection } from '#ui/app/area.tsx';
import { texts } from './texts.ts';

/** In the order of the navigation. */
const sections = [
  { href: '/account/profile', icon: 'person', ...texts.profile },
  { href: '/account/security', icon: 'settings', ...texts.security },
  { href: '/account/tokens', icon: 'code', ...texts.tokens },
  { href: '/account/notifications', icon: 'message', ...texts.notifications },
  { href: '/account/appearance', icon: 'sun', ...texts.appearance },
] as const satisfies readonly AreaSection[];

interface AccountAreaProps {
  /** Undefined: the area itself, which is a list on a phone. */
  current?: (typeof sections)[number]['href'];
  actions?: ReactNode;
  about?: string;
  children?: ReactNode;
}

/** The layout of every page of My settings. */
export const AccountArea = ({ current, children, ...head }: AccountAreaProps) => (
  <Area title={texts.title} href="/account" sections={sections} current={current} {...head}>
    {children}
  </Area>
);
