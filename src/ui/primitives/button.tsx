import type { ComponentProps, MouseEvent } from 'react';
import { Icon, type IconName } from './icon.tsx';

interface ButtonProps extends ComponentProps<'button'> {
  kind?: 'primary' | 'danger' | 'quiet';
  size?: 'small';
  icon?: IconName;
  /** Work is in progress: shows it, and ignores further clicks. */
  busy?: boolean;
}

/** The second click of a double click may come before the button has shown that it is busy, and would start the work twice. */
const once = (onClick: ButtonProps['onClick']) => (event: MouseEvent<HTMLButtonElement>) => {
  if (event.detail > 1) event.preventDefault();
  else onClick?.(event);
};

export function Button({ kind, size, icon, busy, children, disabled, onClick, ...rest }: ButtonProps) {
  const startsWork = busy !== undefined || rest.type === 'submit';
  return (
    <button
      type="button"
      className="button"
      data-kind={kind}
      data-size={size}
      disabled={disabled || busy}
      onClick={startsWork ? once(onClick) : onClick}
      {...rest}
    >
      {busy ? <span className="spinner" /> : icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ButtonProps, 'children' | 'icon'> {
  icon: IconName;
  label: string;
}

export function IconButton({ icon, label, kind = 'quiet', size, busy, disabled, onClick, ...rest }: IconButtonProps) {
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
      onClick={busy === undefined ? onClick : once(onClick)}
      {...rest}
    >
      {busy ? <span className="spinner" /> : <Icon name={icon} />}
    </button>
  );
}
