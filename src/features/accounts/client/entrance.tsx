import type { ReactNode } from 'react';
import { Mark } from '#ui/primitives/mark.tsx';
import './entrance.css';

/** The frame of sign-in and sign-up. */
export function Entrance({ title, children, other }: { title: string; children: ReactNode; other: ReactNode }) {
  return (
    <main id="main" className="entrance" tabIndex={-1}>
      <div className="entrance-card">
        <div className="entrance-head">
          <span className="entrance-mark">
            <Mark size={32} />
            Guildhall
          </span>
          <h1>{title}</h1>
        </div>
        {children}
        <p className="entrance-other">{other}</p>
      </div>
    </main>
  );
}
