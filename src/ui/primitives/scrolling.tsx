import type { ReactNode } from 'react';
import './scrolling.css';

/** Wider than the screen: scrolls on its own, by keyboard too. */
export function Scrolling({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolling elements must be reachable by keyboard
    <section className="scrolling" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
