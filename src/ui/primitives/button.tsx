import type { ComponentProps } from 'react';
import { Icon, type IconName } from './icon.tsx';

interface ButtonProps extends ComponentProps<'button'> {
  kind?: 'primary' | 'danger' | 'quiet';
  size?: 'small';
  icon?: IconName;
  /** Work is in progress: shows it, and ignores further clicks. */
  busy?: boolean;
}

export function Button({ kind, size, icon, busy, children, disabled, ...rest }: ButtonProps) {
  return (
    <button type="button" className="button" data-kind={kind} data-size={size} disabled={disabled || busy} {...rest}>
      {busy ? <span className="spinner" /> : icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ButtonProps, 'children' | 'icon'> {
  icon: IconName;
  label: string;
}

export function IconButton({ icon, label, kind = 'quiet', size, busy, disabled, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      className="button"
      data-icon=""
      data-kind={kind}
      data-size={size}
      disabled={disabled || busy}
      aria-label={label}
      title={label}
      {...rest}
    >
      {busy ? <span className="spinner" /> : <Icon name={icon} />}
    </button>
  );
}
