/** What a plot shows, apart from how it is drawn. */

/** Told apart by dash and width too, never by colour alone. */
export interface Line {
  label: string;
  values: readonly (number | null)[];
  /** Name of a token: `--plot-1`. */
  colour: string;
  /** Lengths of dash and gap. */
  dash?: readonly number[];
  width?: number;
  /** Stays as it was until it changes, as a number of users does. */
  stepped?: boolean;
  /** Fills the space below it. */
  filled?: boolean;
  /** Drawn across places without a value. */
  joined?: boolean;
  /** Not joined: measured at single places. */
  dots?: boolean;
}

/** A bound of what is plotted. */
interface Bound {
  value: number;
  label: string;
  /** Beyond it a target is missed; else it is only as much as there is. */
  kind: 'target' | 'capacity';
}

/** A place on the x axis. */
export interface Mark {
  x: number;
  label: string;
  kind: 'good' | 'bad';
}

export interface Shape {
  x: readonly number[];
  lines: readonly Line[];
  formatX: (value: number) => string;
  formatY: (value: number) => string;
  /** x are seconds: its axis is a clock. */
  clock?: boolean;
  /** Shorter, for the axis, where `formatY` is too long. */
  tickY?: (value: number) => string;
  /** What round numbers of y are multiples of: a megabyte of 1024 × 1024. */
  unit?: number;
  /** Equal ratios are equal distances. */
  log?: boolean;
  bound?: Bound;
  marks?: readonly Mark[];
  /** Places of crosses: where something was missed. */
  missed?: readonly { x: number; y: number }[];
  /** Plots of one key share their cursor. */
  sync?: string;
  /** At least as high as this. */
  atLeast?: number;
}

/** Is there anything to draw? */
export const isSeen = ({ lines }: Shape): boolean => lines.some(({ values }) => values.some((value) => value !== null));
