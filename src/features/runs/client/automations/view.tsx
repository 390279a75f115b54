import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { User } from '#features/accounts/contract.ts';
import { useProject } from '#features/projects/client/queries.ts';
import type { Project } from '#features/projects/contract.ts';
import { PageFailure, PageHead } from '#ui/app/page.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { texts } from '../texts/automations.ts';
import { mayChange, type ShownAutomation } from './automation.ts';
import { StartConditions, type TakeOver } from './start-conditions.tsx';
import './view.css';

interface AutomationLoaderProps<A extends ShownAutomation> {
  noun: 'schedule' | 'trigger';
  found: UseQueryResult<A>;
  /** The signed-in user. */
  user: User;
  /** @param editableIn its project; undefined if the user may not change it */
  children: (automation: A, editableIn: Project | undefined) => ReactNode;
}

/** Loads the schedule or trigger of a page, and whether the user may change it. */
export function AutomationLoader<A extends ShownAutomation>({ noun, found, user, children }: AutomationLoaderProps<A>) {
  const { data: automation, error, refetch } = found;
  const { data: project, isPending } = useProject(automation?.project.id);
  if (error && !automation) {
    return <PageFailure title={texts.titles[noun]} error={error} onRetry={() => void refetch()} />;
  }
  if (!automation || isPending) return <Waiting what={texts.loading[noun]} />;
  return children(automation, mayChange(user, project?.role, automation) ? project : undefined);
}

interface AutomationViewProps {
  of: ShownAutomation;
  /** All actions on it; nothing if the user may not change it. */
  actions: ReactNode;
  takeOver: TakeOver | undefined;
  /** Between its head and the start conditions. */
  notice?: ReactNode;
  /** Further notes before its settings. */
  notes?: ReactNode;
  /** Its settings, or the form to edit them. */
  children: ReactNode;
  history: ReactNode;
}

/** A schedule or trigger: its start conditions, its settings, and its history. */
export const AutomationView = ({ of, actions, takeOver, notice, notes, children, history }: AutomationViewProps) => (
  <>
    <PageHead title={of.name} isName>
      {actions}
    </PageHead>
    {notice}
    <StartConditions of={of} takeOver={takeOver} />
    {notes}
    {children}
    <section className="section" aria-labelledby="history">
      <h2 id="history">{texts.history.title}</h2>
      {history}
    </section>
  </>
);
