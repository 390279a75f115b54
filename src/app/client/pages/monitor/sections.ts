import { texts } from './texts.ts';

/** The tabs of the monitor, in their order. */
export const sections = [
  { href: '/monitor', name: texts.overview },
  { href: '/monitor/doctor', name: texts.doctor },
  { href: '/monitor/backups', name: texts.backups },
  { href: '/monitor/load-reports', name: texts.loadReports },
] as const;
