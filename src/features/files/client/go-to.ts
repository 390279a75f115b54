/** Where the cursor is to go in a file that is being opened. */
export interface Place {
  /** Starts at 1. */
  line: number;
  /** Starts at 1, in UTF-16 units. */
  column?: number;
  /** Of the text to select. */
  length?: number;
}

/** The wish that the cursor goes into a file, or to a place in it; each is another object, and is fulfilled once. */
export interface GoTo {
  path: string;
  /** Undefined: wherever it was. */
  place: Place | undefined;
}
