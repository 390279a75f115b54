import { type RefObject, useEffect, useRef } from 'react';

/** After a refused submit the focus stands in the first field that is to be corrected. */
export function useFocusFirstError(busy: boolean): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (!busy) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [busy]);
  return form;
}
