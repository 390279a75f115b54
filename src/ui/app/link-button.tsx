import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Icon, type IconName } from '#ui/primitives/icon.tsx';

interface LinkButtonProps {
  href: string;
  kind?: 'primary';
  size?: 'small';
  icon?: IconName;
  onClick?: () => void;
  children: ReactNode;
}

/** A link to another page that looks like a button. */
export function LinkButton({ href, kind, size, icon, onClick, children }: LinkButtonProps) {
  return (
    <Link className="button" data-kind={kind} data-size={size} href={href} onClick={onClick}>
      {icon && <Icon name={icon} />}
      {children}
    </Link>
  );
}
