import { texts } from './texts.ts';

const browsers: [RegExp, string][] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/Chrom(e|ium)\//, 'Chrome'],
  [/Safari\//, 'Safari'],
  [/curl\//, 'curl'],
];
const systems: [RegExp, string][] = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
];

const find = (names: [RegExp, string][], userAgent: string) => names.find(([pattern]) => pattern.test(userAgent))?.[1];

/** `Firefox on Linux`: enough to recognize one's sessions. */
export function describeDevice(userAgent = ''): string {
  const browser = find(browsers, userAgent) ?? (userAgent ? (userAgent.split(/[/ ]/)[0] ?? '').slice(0, 40) : texts.unknownDevice);
  const system = find(systems, userAgent);
  return system ? texts.device(browser, system) : browser;
}

/** The same for emails, in no words of the client; undefined if there are none. */
export const describeKnownDevice = (userAgent = ''): string | undefined =>
  find(browsers, userAgent) === undefined ? undefined : describeDevice(userAgent);
