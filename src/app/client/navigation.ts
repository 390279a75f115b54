/** The places of daily work, in the order of the sidebar. */
import type { IconName } from '#ui/primitives/icon.tsx';
import { texts } from './texts.ts';

export interface Place {
  readonly href: string;
  /** URLs for which it is marked as current. */
  readonly section: string | RegExp;
  readonly name: string;
  /** In the sidebar, where there is less space. */
  readonly short?: string;
  readonly icon: IconName;
  /** On a phone, in the bar at the bottom; the others are under More. */
  readonly inBar?: true;
}

const daily: readonly Place[] = [
  { href: '/', section: '/projects/*?', name: texts.projects, icon: 'projects', inBar: true },
  { href: '/inbox', section: '/inbox', name: texts.inbox, icon: 'inbox', inBar: true },
  { href: '/agents', section: '/agents/*?', name: texts.agents, icon: 'agent', inBar: true },
  { href: '/schedules', section: /^\/(schedules|triggers)(\/|$)/, name: texts.schedules, icon: 'clock' },
  { href: '/activity', section: '/activity', name: texts.activity, icon: 'activity', inBar: true },
  { href: '/usage', section: '/usage', name: texts.usage, icon: 'bars' },
];
const monitor: Place = {
  href: '/monitor',
  section: '/monitor/*?',
  name: texts.monitor,
  icon: 'gauge',
};
const settings: Place = {
  href: '/settings',
  section: '/settings/*?',
  name: texts.organizationSettings,
  short: texts.settings,
  icon: 'settings',
};
export const mySettings: Place = { href: '/account', section: '/account/*?', name: texts.mySettings, icon: 'person' };

/** @param member of an organization; without one, there is nothing to work on yet */
export function placesFor({ member, operator }: { member: boolean; operator: boolean }): {
  work: readonly Place[];
  settings: readonly Place[];
} {
  return { work: [...(member ? daily : []), ...(operator ? [monitor] : [])], settings: member ? [settings] : [] };
}
