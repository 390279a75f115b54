import { type RefObject, useEffect, useRef } from 'react';

/** After a rejected submit, focuses the first invalid field. */
export function useFocusFirstError(busy: boolean): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (!busy) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [busy]);
  return form;
}
