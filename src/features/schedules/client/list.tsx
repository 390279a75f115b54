import type { User } from '#features/accounts/contract.ts';
import { mayChange } from '#features/runs/client/automations/automation.ts';
import { AutomationList, AutomationRow } from '#features/runs/client/automations/list.tsx';
import type { ScheduleEntry } from '#features/schedules/contract.ts';
import { LinkButton } from '#ui/app/link-button.tsx';
import { Time } from '#ui/format/time.tsx';
import { atLeast } from '#wire/role.ts';
import { ScheduleActions } from './actions.tsx';
import { CronWords } from './next-times.tsx';
import { useSchedules } from './queries.ts';
import { texts } from './texts.ts';

const words = texts.list;

interface ScheduleListProps {
  user: User;
  organization: User['organizations'][number];
  /** Limits the list to one project. */
  projectId: string | undefined;
  onEdit: (schedule: ScheduleEntry) => void;
}

export function ScheduleList({ user, organization, projectId, onEdit }: ScheduleListProps) {
  return (
    <AutomationList
      noun="schedule"
      icon="clock"
      about={words.about}
      found={useSchedules(organization.id, projectId)}
      newLink={atLeast(organization.role, 'member') && <NewScheduleLink projectId={projectId} />}
      row={(schedule) => (
        <AutomationRow
          key={schedule.id}
          of={schedule}
          icon={schedule.nextAt ? 'clock' : 'pause'}
          href={`/schedules/${schedule.id}`}
          rule={<CronWords cron={schedule.cron} timezone={schedule.timezone} />}
          withProject={projectId === undefined}
          paused={schedule.nextAt === null}
          time={
            schedule.nextAt && (
              <>
                <span className="visually-hidden">{words.next}</span>
                <Time at={schedule.nextAt} />
              </>
            )
          }
          last={schedule.last}
          never={words.never}
          menu={
            mayChange(user, organization.role, schedule) && <ScheduleActions schedule={schedule} inRow onEdit={() => onEdit(schedule)} />
          }
        />
      )}
    />
  );
}

export const NewScheduleLink = ({ projectId }: Pick<ScheduleListProps, 'projectId'>) => (
  <LinkButton kind="primary" icon="plus" href={`/schedules/new${projectId ? `?${new URLSearchParams({ project: projectId })}` : ''}`}>
    {words.new}
  </LinkButton>
);
