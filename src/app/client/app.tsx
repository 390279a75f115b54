import { lazy, type ReactNode, Suspense } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import { ConfirmIdentity } from '#features/accounts/client/confirm-identity.tsx';
import { useCurrentUser } from '#features/accounts/client/queries.ts';
import { useOtherTabs } from '#features/accounts/client/use-other-tabs.ts';
import type { User } from '#features/accounts/contract.ts';
import { Page } from '#ui/app/page.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { Layout } from './layout.tsx';
import { ForgotPasswordPage } from './pages/forgot-password-page.tsx';
import { NotFoundPage } from './pages/not-found-page.tsx';
import { ProjectsPage } from './pages/projects-page.tsx';
import { ResetPasswordPage } from './pages/reset-password-page.tsx';
import { SignInPage } from './pages/sign-in-page.tsx';
import { SignUpPage } from './pages/sign-up-page.tsx';
import { VerifyEmailPage } from './pages/verify-email-page.tsx';
import { Skeleton } from './skeleton.tsx';

const AccountPages = lazy(() => import('./pages/account/account-pages.tsx'));
const AgentsPage = lazy(() => import('./pages/agents-page.tsx'));
const AgentPage = lazy(() => import('./pages/agent-page.tsx'));
const InboxPage = lazy(() => import('./pages/inbox-page.tsx'));
const SchedulesPage = lazy(() => import('./pages/schedules-page.tsx'));
const SchedulePage = lazy(() => import('./pages/schedule-page.tsx'));
const TriggerPage = lazy(() => import('./pages/trigger-page.tsx'));
const AutonomyPage = lazy(() => import('./pages/autonomy-page.tsx'));
const AutonomyPolicyPage = lazy(() => import('./pages/autonomy-policy-page.tsx'));
const ProjectPolicyPage = lazy(() => import('./pages/project-policy-page.tsx'));
const UsagePage = lazy(() => import('./pages/usage-page.tsx'));
const ModelsPage = lazy(() => import('./pages/models-page.tsx'));
const AuditPage = lazy(() => import('./pages/audit-page.tsx'));
const ConnectionsPage = lazy(() => import('./pages/connections-page.tsx'));
const ProjectPage = lazy(() => import('./pages/project-page.tsx'));
// With the plots, which only operators see.
const LoadReportsPage = lazy(() => import('./pages/load-reports-page.tsx'));
const LoadReportPage = lazy(() => import('./pages/load-report-page.tsx'));
const ComparePage = lazy(() => import('./pages/compare-page.tsx'));

/** Every route of the client. */
export function App() {
  useOtherTabs();
  return (
    <ErrorBoundary>
      <Switch>
        <Route path="/signin" component={SignInPage} />
        <Route path="/signup" component={SignUpPage} />
        <Route path="/forgot-password" component={ForgotPasswordPage} />
        <Route path="/reset-password" component={ResetPasswordPage} />
        <Route path="/verify-email" component={VerifyEmailPage} />
        <Route>
          <SignedIn>
            {(user) => (
              <Layout user={user}>
                <Suspense fallback={<Waiting what="Loading" />}>
                  <Switch>
                    <Route path="/">
                      <ProjectsPage user={user} />
                    </Route>
                    <Route path="/projects">
                      <Redirect to="/" replace />
                    </Route>
                    <Route path="/projects/:projectId">
                      {({ projectId }) => <ProjectPage key={projectId} projectId={projectId} userId={user.id} />}
                    </Route>
                    <Route path="/projects/:projectId/autonomy">
                      {({ projectId }) => <ProjectPolicyPage key={projectId} projectId={projectId} />}
                    </Route>
                    <Route path="/agents">
                      <AgentsPage user={user} />
                    </Route>
                    <Route path="/agents/new">
                      <AgentPage user={user} />
                    </Route>
                    <Route path="/agents/:agentId">{({ agentId }) => <AgentPage key={agentId} user={user} agentId={agentId} />}</Route>
                    <Route path="/inbox" component={InboxPage} />
                    <Route path="/schedules">
                      <SchedulesPage user={user} />
                    </Route>
                    <Route path="/schedules/new">
                      <SchedulePage user={user} />
                    </Route>
                    <Route path="/schedules/:scheduleId">
                      {({ scheduleId }) => <SchedulePage key={scheduleId} user={user} scheduleId={scheduleId} />}
                    </Route>
                    <Route path="/triggers/new">
                      <TriggerPage user={user} />
                    </Route>
                    <Route path="/triggers/:triggerId">
                      {({ triggerId }) => <TriggerPage key={triggerId} user={user} triggerId={triggerId} />}
                    </Route>
                    <Route path="/autonomy">
                      <AutonomyPage user={user} />
                    </Route>
                    <Route path="/usage">
                      <UsagePage user={user} />
                    </Route>
                    <Route path="/settings">
                      <Redirect to="/settings/models" replace />
                    </Route>
                    <Route path="/settings/models">
                      <ModelsPage user={user} />
                    </Route>
                    <Route path="/settings/autonomy">
                      <AutonomyPolicyPage user={user} />
                    </Route>
                    <Route path="/settings/audit">
                      <AuditPage user={user} />
                    </Route>
                    <Route path="/settings/connections">
                      <ConnectionsPage user={user} />
                    </Route>
                    <Route path="/load-reports">
                      <LoadReportsPage />
                    </Route>
                    <Route path="/load-reports/compare">
                      <ComparePage />
                    </Route>
                    <Route path="/load-reports/:reportId">{({ reportId }) => <LoadReportPage key={reportId} reportId={reportId} />}</Route>
                    <Route path="/account/*?">
                      <AccountPages user={user} />
                    </Route>
                    <Route component={NotFoundPage} />
                  </Switch>
                </Suspense>
                <ConfirmIdentity user={user} />
              </Layout>
            )}
          </SignedIn>
        </Route>
      </Switch>
    </ErrorBoundary>
  );
}

/** Redirects anyone who is not signed in to the sign-in page, and from there back to the page they wanted. */
function SignedIn({ children }: { children: (user: User) => ReactNode }) {
  const user = useCurrentUser();
  if (user.data) return children(user.data);
  if (user.isPending) return <Skeleton />;
  if (user.isError) {
    return (
      <Page>
        <Failure error={user.error} onRetry={() => void user.refetch()} />
      </Page>
    );
  }
  // Taken verbatim: wouter's path is decoded, and would be decoded again on the way back.
  const here = location.pathname + location.search;
  return <Redirect to={here === '/' ? '/signin' : `/signin?next=${encodeURIComponent(here)}`} replace />;
}
