import type { User } from '#features/accounts/contract.ts';
import { mayChange } from '#features/runs/client/automations/automation.ts';
import { AutomationList, AutomationRow } from '#features/runs/client/automations/list.tsx';
import type { Trigger } from '#features/triggers/contract.ts';
import { LinkButton } from '#ui/app/link-button.tsx';
import { Time } from '#ui/format/time.tsx';
import { markPath } from '#wire/hidden-characters.ts';
import { atLeast } from '#wire/role.ts';
import { TriggerActions } from './actions.tsx';
import { outcomeOf } from './outcome.ts';
import { useTriggers } from './queries.ts';
import { texts } from './texts.ts';

const words = texts.list;

interface TriggerListProps {
  user: User;
  organization: User['organizations'][number];
  /** Limits the list to one project. */
  projectId: string | undefined;
  onEdit: (trigger: Trigger) => void;
}

export function TriggerList({ user, organization, projectId, onEdit }: TriggerListProps) {
  return (
    <AutomationList
      noun="trigger"
      icon="link"
      about={words.about}
      found={useTriggers(organization.id, projectId)}
      newLink={atLeast(organization.role, 'member') && <NewTriggerLink projectId={projectId} />}
      row={(trigger) => (
        <AutomationRow
          key={trigger.id}
          of={trigger}
          icon={trigger.pausedAt ? 'pause' : trigger.kind === 'webhook' ? 'link' : 'file'}
          href={`/triggers/${trigger.id}`}
          rule={trigger.files ? words.files(<code>{markPath(trigger.files.path)}</code>) : words.webhook}
          withProject={projectId === undefined}
          paused={trigger.pausedAt !== null}
          time={
            trigger.lastOccurrence && (
              <>
                <span className="visually-hidden">{words.last}</span>
                <Time at={trigger.lastOccurrence.lastAt} />
              </>
            )
          }
          last={trigger.lastOccurrence && outcomeOf(trigger.lastOccurrence)}
          never={words.never}
          menu={mayChange(user, organization.role, trigger) && <TriggerActions trigger={trigger} inRow onEdit={() => onEdit(trigger)} />}
        />
      )}
    />
  );
}

export const NewTriggerLink = ({ projectId }: Pick<TriggerListProps, 'projectId'>) => (
  <LinkButton icon="plus" href={`/triggers/new${projectId ? `?${new URLSearchParams({ project: projectId })}` : ''}`}>
    {words.new}
  </LinkButton>
);
