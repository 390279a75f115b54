/** What can be done with the text that the editor shows, from outside it. */
export interface EditorHandle {
  find: () => void;
  goToLine: () => void;
  /** Formats the text, which can be undone in the editor. @throws if the text has a mistake in it @returns whether it changed */
  format: () => Promise<boolean>;
  foldAll: () => void;
  unfoldAll: () => void;
}
