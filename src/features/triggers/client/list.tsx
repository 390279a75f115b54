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
      about="A trigger starts a run when another program sends a webhook, or when files of a project change."
      found={useTriggers(organization.id, projectId)}
      newLink={atLeast(organization.role, 'member') && <NewTriggerLink projectId={projectId} />}
      row={(trigger) => (
        <AutomationRow
          key={trigger.id}
          of={trigger}
          icon={trigger.pausedAt ? 'pause' : trigger.kind === 'webhook' ? 'link' : 'file'}
          href={`/triggers/${trigger.id}`}
          rule={
            trigger.files ? (
              <>
                When <code>{markPath(trigger.files.path)}</code> changes
              </>
            ) : (
              'Webhook'
            )
          }
          withProject={projectId === undefined}
          paused={trigger.pausedAt !== null}
          time={
            trigger.lastOccurrence && (
              <>
                <span className="visually-hidden">Last </span>
                <Time at={trigger.lastOccurrence.lastAt} />
              </>
            )
          }
          last={trigger.lastOccurrence && outcomeOf(trigger.lastOccurrence)}
          never="Never fired"
          menu={mayChange(user, organization.role, trigger) && <TriggerActions trigger={trigger} inRow onEdit={() => onEdit(trigger)} />}
        />
      )}
    />
  );
}

export const NewTriggerLink = ({ projectId }: Pick<TriggerListProps, 'projectId'>) => (
  <LinkButton icon="plus" href={`/triggers/new${projectId ? `?${new URLSearchParams({ project: projectId })}` : ''}`}>
    New trigger
  </LinkButton>
);
