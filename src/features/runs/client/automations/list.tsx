import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Empty } from '#ui/primitives/empty.tsx';
import { Icon, type IconName } from '#ui/primitives/icon.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { texts } from '../texts/automations.ts';
import type { Automation, Outcome } from './automation.ts';
import { OutcomeStatus } from './outcome-status.tsx';
import './list.css';

const words = texts.list;

interface AutomationListProps<A extends Automation> {
  noun: 'schedule' | 'trigger';
  icon: IconName;
  /** Shown while the list is empty: what a schedule or trigger is for. */
  about: string;
  found: UseQueryResult<A[]>;
  /** Link to create one; nothing for a viewer. */
  newLink: ReactNode;
  row: (automation: A) => ReactNode;
}

export function AutomationList<A extends Automation>({ noun, icon, about, found, newLink, row }: AutomationListProps<A>) {
  if (found.isPending) return <Waiting what={words.loading[noun]} />;
  if (found.isError) return <Failure error={found.error} onRetry={() => void found.refetch()} />;
  if (found.data.length === 0)
    return (
      <Empty icon={icon} title={words.none[noun]} action={newLink}>
        {about} {!newLink && words.askMember}
      </Empty>
    );
  return <ul className="automations">{found.data.map(row)}</ul>;
}

interface AutomationRowProps {
  of: Automation;
  icon: IconName;
  href: string;
  /** When it starts runs. */
  rule: ReactNode;
  withProject: boolean;
  paused: boolean;
  /** The next start, or the last one. */
  time: ReactNode;
  last: Outcome | null;
  /** Shown until the first start. */
  never: string;
  menu: ReactNode;
}

export function AutomationRow({ of, icon, href, rule, withProject, paused, time, last, never, menu }: AutomationRowProps) {
  const { name, project, onBehalfOf } = of;
  return (
    <li className="automation">
      <Icon name={icon} />
      <div className="automation-text">
        <Link className="automation-name truncate" href={href}>
          {name}
        </Link>
        <p className="muted">
          {rule}
          {withProject && ` · ${project.name}`} · {words.onBehalfOf(onBehalfOf.name)}
        </p>
      </div>
      <div className="automation-facts">
        {paused ? <span className="automation-paused">{words.paused}</span> : time && <span>{time}</span>}
        {last ? <OutcomeStatus of={last} projectId={project.id} /> : <span className="muted">{never}</span>}
      </div>
      {menu}
    </li>
  );
}
