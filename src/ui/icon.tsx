/** Own small set of icons on a 16 px grid, drawn with one line width. */
const paths = {
  agent: 'M8 1.500 13.600 4.750v6.500L8 14.500l-5.600-3.250v-6.500zM5.750 8.500V7.250M10.250 8.500V7.250M6 10.750h4',
  alert: 'M8 2 14.500 13.500h-13zM8 6.500v3M8 11.500v.1',
  check: 'm3 8.500 3.500 3.500L13 4.500',
  chevron: 'm6 4 4 4-4 4',
  close: 'm4 4 8 8M12 4l-8 8',
  code: 'm5.500 4.500-3.500 3.500 3.500 3.500M10.500 4.500 14 8l-3.500 3.500',
  computer: 'M2 3.500h12v7.500H2zM5.500 14h5M8 11v3',
  dots: 'M3.500 8h.01M8 8h.01M12.500 8h.01',
  down: 'M8 3v10M4 9l4 4 4-4',
  download: 'M8 2v8M4.500 7 8 10.500 11.500 7M2.500 13.500h11',
  file: 'M4 1.750h5l3.250 3.250v9.250H4zM9 1.750V5h3.250',
  folder: 'M1.750 12.750v-9.500H6l1.500 1.750h6.750v7.750z',
  history: 'M2.500 8a5.500 5.500 0 1 0 1.700-4L2.500 5.500M2.500 2.500v3h3M8 5v3l2 1.500',
  info: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M8 7.250v3.500M8 5.100V5',
  left: 'M2 2.750h12v10.500H2zM6 2.750v10.500',
  message: 'M2 3h12v8.500H7.500L4.500 14v-2.500H2z',
  moon: 'M13.500 9.500A5.750 5.750 0 0 1 6.500 2.500a5.750 5.750 0 1 0 7 7z',
  out: 'M9.500 2.500h-6v11h6M7 8h7M11.500 5.500 14 8l-2.500 2.500',
  pencil: 'M3 13l.700-3L10.500 3.200l2.300 2.300L6 12.300zM9 4.700 11.300 7',
  person: 'M8 8a2.750 2.750 0 1 0 0-5.500A2.750 2.750 0 0 0 8 8M2.750 14c.5-2.500 2.500-4 5.250-4s4.750 1.500 5.250 4',
  plot: 'M2.500 2.500v11h11.500M5 10.500l2.750-3.500 2.250 2 3.500-4.500',
  plus: 'M8 3v10M3 8h10',
  projects: 'M2.500 2.500h4.500v4.500H2.500zM9 2.500h4.500v4.500H9zM2.500 9h4.500v4.500H2.500zM9 9h4.500v4.500H9z',
  refresh: 'M13.500 8a5.500 5.500 0 1 1-1.700-4l1.700 1.500M13.500 2.500v3h-3',
  right: 'M2 2.750h12v10.500H2zM10 2.750v10.500',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10M10.750 10.750 14 14',
  send: 'M8 13.500v-11M3.500 7 8 2.500 12.500 7',
  stop: 'M4.500 4.500h7v7h-7z',
  sun: 'M8 10.750a2.750 2.750 0 1 0 0-5.500 2.750 2.750 0 0 0 0 5.500M8 1v1.500M8 13.500V15M1 8h1.500M13.500 8H15M3 3l1.100 1.100M11.900 11.900 13 13M13 3l-1.100 1.100M4.100 11.900 3 13',
  thought: 'M8 10.500a4.500 4.250 0 1 0-4-2.300L3.500 10.500l2.200-.8A5 5 0 0 0 8 10.500M4.500 13.500h.01',
  tool: 'M2 2.750h12v10.500H2zM4.750 6l2 2-2 2M8.500 10.250h2.750',
  trash: 'M2.500 4.250h11M6 4V2.250h4V4M4 4.250l.7 9.500h6.600l.7-9.500',
} as const;

export type IconName = keyof typeof paths;

/** Beside a word it says nothing to a screen reader; alone it needs a `label`. */
export function Icon({ name, label }: { name: IconName; label?: string }) {
  if (label) {
    return (
      <svg className="icon" data-name={name} viewBox="0 0 16 16" role="img" aria-label={label}>
        <title>{label}</title>
        <path d={paths[name]} />
      </svg>
    );
  }
  return (
    <svg className="icon" data-name={name} viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
