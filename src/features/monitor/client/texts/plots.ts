/** What the plots of load reports say. */
export const texts = {
  figures: 'Figures',
  /** For screen readers, after “Figures”. */
  ofTitle: (title: string) => ` of ${title}`,
  figuresOf: (title: string) => `Figures of ${title}`,
  at: (position: string) => `at ${position}`,
  description: (title: string, lines: readonly string[]) => `${title}: ${lines.join('; ')}.`,
  line: {
    notSeen: (label: string) => `${label}: not seen`,
    constant: (label: string, value: string) => `${label} ${value} throughout`,
    range: (label: string, min: string, max: string, mean: string) => `${label} from ${min} to ${max}, on average ${mean}`,
  },
  bound: (label: string, value: string) => `${label} ${value}`,
} as const;
