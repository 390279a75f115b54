/**
 * Keys used by an input method, such as the Enter that ends a Japanese word, never reach a screen's handlers, so no handler can forget to
 * check. Safari fires that Enter after the composition has ended, and marks it by its key code alone.
 */
const INPUT_METHOD = 229;

/** Takes only the event fields that browsers report, so that it can be tested without a browser. */
const isForInputMethod = ({ isComposing, keyCode }: Pick<KeyboardEvent, 'isComposing' | 'keyCode'>): boolean =>
  isComposing || keyCode === INPUT_METHOD;

/** Runs before all other listeners of the page. */
export function keepKeysForInputMethods(): void {
  for (const type of ['keydown', 'keyup'] as const)
    window.addEventListener(
      type,
      (event) => {
        // The editor handles input methods itself.
        const inEditor = event.target instanceof Element && event.target.closest('.cm-content');
        if (isForInputMethod(event) && !inEditor) event.stopImmediatePropagation();
      },
      { capture: true },
    );
}
