import type { ReactNode } from 'react';
import { Logo } from '#ui/primitives/logo.tsx';
import './auth-layout.css';

/** The layout of sign-in and sign-up. */
export function AuthLayout({ title, children, other }: { title: string; children: ReactNode; other: ReactNode }) {
  return (
    <main id="main" className="auth-layout" tabIndex={-1}>
      <div className="auth-card">
        <div className="auth-head">
          <span className="auth-logo">
            <Logo size={32} />
            Guildhall
          </span>
          <h1>{title}</h1>
        </div>
        {children}
        <p className="auth-other">{other}</p>
      </div>
    </main>
  );
}
