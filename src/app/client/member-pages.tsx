import { lazy } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import type { User } from '#features/accounts/contract.ts';
import { NotFoundPage } from './pages/not-found-page.tsx';
import { ProjectsPage } from './pages/projects-page.tsx';
import type { Membership } from './use-current-organization.ts';

const AgentsPage = lazy(() => import('./pages/agents-page.tsx'));
const AgentPage = lazy(() => import('./pages/agent-page.tsx'));
const InboxPage = lazy(() => import('./pages/inbox-page.tsx'));
const SchedulesPage = lazy(() => import('./pages/schedules-page.tsx'));
const SchedulePage = lazy(() => import('./pages/schedule-page.tsx'));
const TriggerPage = lazy(() => import('./pages/trigger-page.tsx'));
const ActivityPage = lazy(() => import('./pages/activity-page.tsx'));
const UsagePage = lazy(() => import('./pages/usage-page.tsx'));
const SettingsArea = lazy(() => import('./pages/settings/settings-area.tsx'));
const ProjectPage = lazy(() => import('./pages/project-page.tsx'));
const ProjectPermissionsPage = lazy(() => import('./pages/project-permissions-page.tsx'));

/** The pages of an organization. */
export function MemberPages(member: { user: User; organization: Membership }) {
  const { user, organization } = member;
  return (
    <Switch>
      <Route path="/">
        <ProjectsPage {...member} />
      </Route>
      <Route path="/projects">
        <Redirect to="/" replace />
      </Route>
      <Route path="/projects/:projectId">{({ projectId }) => <ProjectPage key={projectId} projectId={projectId} userId={user.id} />}</Route>
      <Route path="/projects/:projectId/agent-permissions">
        {({ projectId }) => <ProjectPermissionsPage key={projectId} projectId={projectId} />}
      </Route>
      <Route path="/projects/:projectId/autonomy">
        {({ projectId }) => <Redirect to={`/projects/${projectId}/agent-permissions`} replace />}
      </Route>
      <Route path="/agents">
        <AgentsPage organization={organization} />
      </Route>
      <Route path="/agents/new">
        <AgentPage {...member} />
      </Route>
      <Route path="/agents/:agentId">{({ agentId }) => <AgentPage key={agentId} {...member} agentId={agentId} />}</Route>
      <Route path="/inbox">
        <InboxPage organization={organization} />
      </Route>
      <Route path="/schedules">
        <SchedulesPage {...member} />
      </Route>
      <Route path="/schedules/new">
        <SchedulePage {...member} />
      </Route>
      <Route path="/schedules/:scheduleId">
        {({ scheduleId }) => <SchedulePage key={scheduleId} {...member} scheduleId={scheduleId} />}
      </Route>
      <Route path="/triggers/new">
        <TriggerPage {...member} />
      </Route>
      <Route path="/triggers/:triggerId">{({ triggerId }) => <TriggerPage key={triggerId} {...member} triggerId={triggerId} />}</Route>
      <Route path="/activity">
        <ActivityPage organization={organization} />
      </Route>
      <Route path="/autonomy">
        <Redirect to="/activity" replace />
      </Route>
      <Route path="/usage">
        <UsagePage organization={organization} />
      </Route>
      <Route path="/settings/*?">
        <SettingsArea {...member} />
      </Route>
      <Route component={NotFoundPage} />
    </Switch>
  );
}
