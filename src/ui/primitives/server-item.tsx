import type { ComponentProps, ReactNode } from 'react';
import { Button } from './button.tsx';
import { Icon, type IconName } from './icon.tsx';
import './server-item.css';

interface ServerItemProps extends ComponentProps<'li'> {
  icon: IconName;
  name: string;
  /** Prefix of the ids of everything it offers. */
  prefix: string;
  tags?: ReactNode;
  /** Its location; truncated if there is no space. */
  place?: string;
  /** The full address. */
  address?: string | undefined;
  menu?: ReactNode;
}

/** A connected server of models or tools, in a list (`servers`). Its state is below its name. */
export function ServerItem({ icon, name, prefix, tags, place, address, menu, children, ...rest }: ServerItemProps) {
  return (
    <li className="server" {...rest}>
      <div className="server-head">
        <Icon name={icon} />
        <div className="server-text">
          <p className="server-name">
            {name} <code>{prefix}</code>
            {tags}
          </p>
          {place !== undefined && (
            <p className="muted truncate" title={address}>
              {place}
            </p>
          )}
        </div>
        {menu}
      </div>
      {children}
    </li>
  );
}

interface ServerStateProps extends ComponentProps<'div'> {
  kind?: 'danger';
  /** Tests the connection now. */
  test?: { label: string; name?: string; busy: boolean; onTest: () => void };
}

/** The state of a server. */
export function ServerState({ kind, test, children, ...rest }: ServerStateProps) {
  return (
    <div className="server-state" data-kind={kind} {...rest}>
      {children}
      {test && (
        <Button size="small" icon="refresh" busy={test.busy} onClick={test.onTest} aria-label={test.name}>
          {test.label}
        </Button>
      )}
    </div>
  );
}
