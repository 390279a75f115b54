/**
 * Keys that belong to an input method, such as the Enter that ends a Japanese word, mean nothing to any screen: no handler hears of
 * them, so none can forget to ask. Safari tells that Enter after the word has ended, and marks it by its key code alone.
 */
const INPUT_METHOD = 229;

/** Exactly what the browsers tell, so that it can be tried without one. */
const isForInputMethod = ({ isComposing, keyCode }: Pick<KeyboardEvent, 'isComposing' | 'keyCode'>): boolean =>
  isComposing || keyCode === INPUT_METHOD;

/** Before all other listeners of the page. */
export function keepKeysForInputMethods(): void {
  for (const type of ['keydown', 'keyup'] as const)
    window.addEventListener(
      type,
      (event) => {
        // The editor has input methods of its own to look after.
        const inEditor = event.target instanceof Element && event.target.closest('.cm-content');
        if (isForInputMethod(event) && !inEditor) event.stopImmediatePropagation();
      },
      { capture: true },
    );
}
