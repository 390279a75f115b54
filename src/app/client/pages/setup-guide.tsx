import { type ReactNode, useState } from 'react';
import type { User } from '#features/accounts/contract.ts';
import { AddProviderDialog } from '#features/models/client/provider-dialogs.tsx';
import { LinkButton } from '#ui/app/link-button.tsx';
import { useSearchParams } from '#ui/app/search-params.ts';
import { useStored } from '#ui/app/stored.ts';
import { Button, IconButton } from '#ui/primitives/button.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { includes } from '#wire/rights.ts';
import type { Membership } from '../use-current-organization.ts';
import { texts as words } from './texts/setup-guide.ts';
import { type SetupStep, useSetupState } from './use-setup-state.ts';
import './setup-guide.css';

interface SetupGuideProps {
  user: User;
  organization: Membership;
  onNewProject: () => void;
}

/**
 * What a founder does first, ticked off by what is really there. Dismissed per person and organization in this browser; the user menu shows
 * it again. Only for people who may take every step.
 */
export function SetupGuide(props: SetupGuideProps) {
  const { user, organization } = props;
  const [dismissed, dismiss] = useStored(`setup-guide:${user.id}:${organization.id}`, (stored) => stored === true);
  const [params, setParams] = useSearchParams();
  const asked = params.has('guide');
  const mayFollow = includes(organization.role, 'models.providers.change') && includes(organization.role, 'invitations.manage');
  if (!mayFollow || (dismissed && !asked)) return null;
  const onDismiss = () => {
    dismiss(true);
    if (asked) setParams({}, { replace: true });
  };
  return <Steps {...props} asked={asked} onDismiss={onDismiss} />;
}

function Steps({ user, organization, onNewProject, asked, onDismiss }: SetupGuideProps & { asked: boolean; onDismiss: () => void }) {
  const [connecting, setConnecting] = useState(false);
  const { steps, known } = useSetupState(organization, user);
  const done = steps.filter((step) => step.done).length;
  // With everything done, there is nothing to guide to, unless somebody wants to see it.
  if (!known || (done === steps.length && !asked)) return null;
  const actions: Record<SetupStep['id'], ReactNode> = {
    name: (
      <LinkButton size="small" href="/settings/general">
        {words.name.action}
      </LinkButton>
    ),
    model: (
      <Button size="small" onClick={() => setConnecting(true)}>
        {words.model.action}
      </Button>
    ),
    invite: (
      <LinkButton size="small" href="/settings/invitations?new">
        {words.invite.action}
      </LinkButton>
    ),
    project: (
      <Button size="small" onClick={onNewProject}>
        {words.project.action}
      </Button>
    ),
  };
  return (
    <section className="setup-guide" aria-labelledby="setup-guide">
      <div className="setup-guide-head">
        <div>
          <h2 id="setup-guide">{words.title(organization.name)}</h2>
          <p className="muted">{done === steps.length ? words.allDone : words.progress(done, steps.length)}</p>
        </div>
        <IconButton size="small" icon="close" label={words.dismiss} onClick={onDismiss} />
      </div>
      <ol>
        {steps.map(({ id, done: isDone, note }) => (
          <li key={id} className="setup-step" data-done={isDone ? '' : undefined}>
            <Icon name={isDone ? 'check' : 'circle'} label={isDone ? words.done : words.open} />
            <div>
              <p className="setup-step-name">{words[id].title}</p>
              <p className="muted">{note ?? words[id].about}</p>
            </div>
            {!isDone && actions[id]}
          </li>
        ))}
      </ol>
      {connecting && (
        <AddProviderDialog organizationId={organization.id} isOperator={user.operator === true} onClose={() => setConnecting(false)} />
      )}
    </section>
  );
}
