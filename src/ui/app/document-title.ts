import { useEffect } from 'react';
import { markHidden } from '#wire/hidden-characters.ts';

let title: string | undefined;
let waiting = 0;

function show(): void {
  document.title = `${waiting > 0 ? `(${waiting}) ` : ''}${title ? `${markHidden(title)} · Guildhall` : 'Guildhall'}`;
}

export function useDocumentTitle(next: string | undefined): void {
  useEffect(() => {
    title = next;
    show();
  }, [next]);
}

/** Puts the number of pending items before the title of every page, so that it is visible from other tabs. */
export function useTitleCount(count: number): void {
  useEffect(() => {
    waiting = count;
    show();
    return () => {
      waiting = 0;
      show();
    };
  }, [count]);
}
