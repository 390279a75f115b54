/** What a plot shows, independent of how it is drawn. */

/** Distinguished by dash and width too, never by color alone. */
export interface Line {
  label: string;
  values: readonly (number | null)[];
  /** Name of a design token: `--plot-1`. */
  colour: string;
  /** Lengths of dash and gap. */
  dash?: readonly number[];
  width?: number;
  /** Constant until it changes, like a number of users. */
  stepped?: boolean;
  /** Fills the area below it. */
  filled?: boolean;
  /** Drawn across missing values. */
  joined?: boolean;
  /** Not joined: measured at single points. */
  dots?: boolean;
}

/** A bound on the plotted values. */
interface Bound {
  value: number;
  label: string;
  /** Beyond a target, the target is missed; a capacity is only what is available. */
  kind: 'target' | 'capacity';
}

/** A position on the x axis. */
export interface Mark {
  x: number;
  label: string;
  kind: 'good' | 'bad';
}

/** x is in seconds since 1970. */
interface TimeOfDay {
  from: number;
  to: number;
  /** For the axis: "14:05". */
  format: (seconds: number) => string;
}

export interface Shape {
  x: readonly number[];
  lines: readonly Line[];
  formatX: (value: number) => string;
  formatY: (value: number) => string;
  /** x is in seconds: its axis is a clock that starts at 0, or at a time of day. */
  clock?: boolean | TimeOfDay;
  /** A shorter format for the axis, if `formatY` is too long. */
  tickY?: (value: number) => string;
  /** Round values of y are multiples of this: a megabyte of 1024 × 1024. */
  unit?: number;
  /** Logarithmic: equal ratios are equal distances. */
  log?: boolean;
  bound?: Bound;
  marks?: readonly Mark[];
  /** Positions of crosses, where a target was missed. */
  missed?: readonly { x: number; y: number }[];
  /** Plots with the same key share their cursor. */
  sync?: string;
  /** The minimum top of the y axis. */
  atLeast?: number;
}

/** Whether there is anything to draw. */
export const isSeen = ({ lines }: Shape): boolean => lines.some(({ values }) => values.some((value) => value !== null));
