import type { ReactNode } from 'react';
import './tag.css';

/** A short label next to a name. */
export const Tag = ({ kind, children }: { kind?: 'warn' | 'danger'; children: ReactNode }) => (
  <span className="tag" data-kind={kind}>
    {children}
  </span>
);
