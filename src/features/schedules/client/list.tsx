import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { ScheduleEntry } from '#features/schedules/contract.ts';
import { Time } from '#ui/format/time.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { ScheduleMenu } from './actions.tsx';
import { CronWords } from './next-times.tsx';
import { OccurrenceStatus } from './occurrence-status.tsx';
import { useSchedules } from './queries.ts';
import './schedules.css';

interface ScheduleListProps {
  organizationId: string;
  /** Of one project only. */
  projectId: string | undefined;
  mayChange: (schedule: ScheduleEntry) => boolean;
  /** The way to a new one; nothing for a viewer. */
  newSchedule: ReactNode;
  onEdit: (schedule: ScheduleEntry) => void;
}

export function ScheduleList({ organizationId, projectId, mayChange, newSchedule, onEdit }: ScheduleListProps) {
  const schedules = useSchedules(organizationId, projectId);
  if (schedules.isPending) return <Waiting what="Loading schedules" />;
  if (schedules.isError) return <Failure error={schedules.error} onRetry={() => void schedules.refetch()} />;
  if (schedules.data.length === 0)
    return (
      <Empty icon="clock" title="No schedules yet" action={newSchedule}>
        A schedule starts a run at its times, such as every weekday at 09:00, whether somebody is there or not. What needs a person waits in
        the inbox. {!newSchedule && 'A member of your team can make one.'}
      </Empty>
    );
  return (
    <ul className="schedules">
      {schedules.data.map((schedule) => (
        <ScheduleRow
          key={schedule.id}
          schedule={schedule}
          withProject={projectId === undefined}
          mayChange={mayChange(schedule)}
          onEdit={() => onEdit(schedule)}
        />
      ))}
    </ul>
  );
}

interface ScheduleRowProps {
  schedule: ScheduleEntry;
  withProject: boolean;
  mayChange: boolean;
  onEdit: () => void;
}

function ScheduleRow({ schedule, withProject, mayChange, onEdit }: ScheduleRowProps) {
  const { id, name, cron, timezone, project, onBehalfOf, nextAt, last } = schedule;
  return (
    <li className="schedule">
      <Icon name={nextAt ? 'clock' : 'pause'} />
      <div className="schedule-text">
        <Link className="schedule-name truncate" href={`/schedules/${id}`}>
          {name}
        </Link>
        <p className="muted">
          <CronWords cron={cron} timezone={timezone} />
          {withProject && ` · ${project.name}`} · for {onBehalfOf.name}
        </p>
      </div>
      <div className="schedule-facts">
        {nextAt ? (
          <span>
            <span className="visually-hidden">Next </span>
            <Time at={nextAt} />
          </span>
        ) : (
          <span className="schedule-paused">Paused</span>
        )}
        {last ? <OccurrenceStatus occurrence={last} projectId={project.id} /> : <span className="muted">Never ran</span>}
      </div>
      {mayChange && <ScheduleMenu schedule={schedule} onEdit={onEdit} />}
    </li>
  );
}
