/** Matches in a text. */

export interface Hit {
  /** Positions in the text. */
  start: number;
  end: number;
  /** Of a regular expression; undefined if there is no such group, '' if it took part in no match. */
  group?: (name: number | string) => string | undefined;
}

/** Finds the first match at or after a position. A match lies within one line. @throws TimeUp, and the signal's reason */
export type Find = (from: number) => Promise<Hit | undefined>;

/** @param text without a byte order mark */
export type Matcher = (text: string) => Find;

/** Time was up: the text has been searched up to this position. */
export class TimeUp extends Error {
  readonly position: number;
  constructor(position: number) {
    super('the search took too long');
    this.position = position;
  }
}
