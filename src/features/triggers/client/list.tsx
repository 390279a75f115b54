import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { Trigger } from '#features/triggers/contract.ts';
import { Time } from '#ui/format/time.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { markPath } from '#wire/hidden-characters.ts';
import { TriggerMenu } from './actions.tsx';
import { useTriggers } from './queries.ts';
import { TriggerStatus } from './status.tsx';
import '../../schedules/client/schedules.css';

interface TriggerListProps {
  organizationId: string;
  /** Of one project only. */
  projectId: string | undefined;
  mayChange: (trigger: Trigger) => boolean;
  /** The way to a new one; nothing for a viewer. */
  newTrigger: ReactNode;
  onEdit: (trigger: Trigger) => void;
}

export function TriggerList({ organizationId, projectId, mayChange, newTrigger, onEdit }: TriggerListProps) {
  const triggers = useTriggers(organizationId, projectId);
  if (triggers.isPending) return <Waiting what="Loading triggers" />;
  if (triggers.isError) return <Failure error={triggers.error} onRetry={() => void triggers.refetch()} />;
  if (triggers.data.length === 0)
    return (
      <Empty icon="link" title="No triggers yet" action={newTrigger}>
        A trigger starts a run when another program sends a webhook, or when files of a project change.{' '}
        {!newTrigger && 'A member of your team can make one.'}
      </Empty>
    );
  return (
    <ul className="schedules">
      {triggers.data.map((trigger) => (
        <TriggerRow
          key={trigger.id}
          trigger={trigger}
          withProject={projectId === undefined}
          mayChange={mayChange(trigger)}
          onEdit={() => onEdit(trigger)}
        />
      ))}
    </ul>
  );
}

interface TriggerRowProps {
  trigger: Trigger;
  withProject: boolean;
  mayChange: boolean;
  onEdit: () => void;
}

function TriggerRow({ trigger, withProject, mayChange, onEdit }: TriggerRowProps) {
  const { id, name, kind, files, project, onBehalfOf, pausedAt, lastOccurrence: last } = trigger;
  return (
    <li className="schedule">
      <Icon name={pausedAt ? 'pause' : kind === 'webhook' ? 'link' : 'file'} />
      <div className="schedule-text">
        <Link className="schedule-name truncate" href={`/triggers/${id}`}>
          {name}
        </Link>
        <p className="muted">
          {files ? (
            <>
              When <code>{markPath(files.path)}</code> changes
            </>
          ) : (
            'Webhook'
          )}
          {withProject && ` · ${project.name}`} · for {onBehalfOf.name}
        </p>
      </div>
      <div className="schedule-facts">
        {pausedAt ? (
          <span className="schedule-paused">Paused</span>
        ) : (
          last && (
            <span>
              <span className="visually-hidden">Last </span>
              <Time at={last.lastAt} />
            </span>
          )
        )}
        {last ? <TriggerStatus occurrence={last} projectId={project.id} /> : <span className="muted">Never fired</span>}
      </div>
      {mayChange && <TriggerMenu trigger={trigger} onEdit={onEdit} />}
    </li>
  );
}
