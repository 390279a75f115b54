import type { ComponentProps, ReactNode } from 'react';
import { Button } from './button.tsx';
import { Icon, type IconName } from './icon.tsx';
import './server-item.css';

interface ServerItemProps extends ComponentProps<'li'> {
  icon: IconName;
  name: string;
  /** With which the ids of all that it offers begin. */
  prefix: string;
  tags?: ReactNode;
  /** Where it is; cut off where there is no room. */
  place?: string;
  /** The same in full. */
  address?: string | undefined;
  menu?: ReactNode;
}

/** A server that people connected, in a list (`servers`): of models, or of tools. How it answers stands below its name. */
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
  /** Asks it now. */
  test?: { label: string; name?: string; busy: boolean; onTest: () => void };
}

/** How a server answers. */
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
