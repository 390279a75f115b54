import type { ReactNode } from 'react';
import { Logo } from '#ui/primitives/logo.tsx';
import './auth-layout.css';

interface AuthLayoutProps {
  title: string;
  about?: string | undefined;
  children?: ReactNode;
  /** Links to the other screens, below. */
  other?: ReactNode;
}

/** The layout of the screens that need no session. */
export function AuthLayout({ title, about, children, other }: AuthLayoutProps) {
  return (
    <main id="main" className="auth-layout" tabIndex={-1}>
      <div className="auth-card">
        <div className="auth-head">
          <span className="auth-logo">
            <Logo size={32} />
            Guildhall
          </span>
          <h1>{title}</h1>
          {about && <p>{about}</p>}
        </div>
        {children}
        {other && <div className="auth-other">{other}</div>}
      </div>
    </main>
  );
}
