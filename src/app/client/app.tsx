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
import { MemberPages } from './member-pages.tsx';
import { NoOrganizationPage } from './pages/no-organization-page.tsx';
import { SignInPage } from './pages/sign-in-page.tsx';
import { Skeleton } from './skeleton.tsx';
import { texts } from './texts.ts';
import { useCurrentOrganization } from './use-current-organization.ts';

const AccountPages = lazy(() => import('./pages/account/account-pages.tsx'));
const ForgotPasswordPage = lazy(() => import('./pages/forgot-password-page.tsx'));
const InvitationPage = lazy(() => import('./pages/invitation-page.tsx'));
const ResetPasswordPage = lazy(() => import('./pages/reset-password-page.tsx'));
const SignUpPage = lazy(() => import('./pages/sign-up-page.tsx'));
const VerifyEmailPage = lazy(() => import('./pages/verify-email-page.tsx'));
// With the plots, which only operators see.
const MonitorPage = lazy(() => import('./pages/monitor/monitor-page.tsx'));
const BackupsPage = lazy(() => import('./pages/monitor/backups-page.tsx'));
const DoctorPage = lazy(() => import('./pages/monitor/doctor-page.tsx'));
const LoadReportsPage = lazy(() => import('./pages/monitor/load-reports-page.tsx'));
const LoadReportPage = lazy(() => import('./pages/monitor/load-report-page.tsx'));
const ComparePage = lazy(() => import('./pages/monitor/compare-page.tsx'));

/** Every route of the client. */
export function App() {
  useOtherTabs();
  return (
    <ErrorBoundary>
      <Suspense fallback={<Waiting what={texts.loading} />}>
        <Switch>
          <Route path="/signin" component={SignInPage} />
          <Route path="/signup" component={SignUpPage} />
          <Route path="/forgot-password" component={ForgotPasswordPage} />
          <Route path="/reset-password" component={ResetPasswordPage} />
          <Route path="/verify-email" component={VerifyEmailPage} />
          <Route path="/invitation" component={InvitationPage} />
          <Route>
            <SignedIn>{(user) => <SignedInPages user={user} />}</SignedIn>
          </Route>
        </Switch>
      </Suspense>
    </ErrorBoundary>
  );
}

/** The pages of a signed-in person, in the organization of this tab. */
function SignedInPages({ user }: { user: User }) {
  const { organization, ready } = useCurrentOrganization(user);
  if (!ready) return <Skeleton />;
  return (
    <Layout user={user} organization={organization}>
      <Suspense fallback={<Waiting what={texts.loading} />}>
        <Switch>
          <Route path="/account/*?">
            <AccountPages user={user} />
          </Route>
          <Route path="/monitor" component={MonitorPage} />
          <Route path="/monitor/load-reports" component={LoadReportsPage} />
          <Route path="/monitor/load-reports/compare" component={ComparePage} />
          <Route path="/monitor/load-reports/:reportId">{({ reportId }) => <LoadReportPage key={reportId} reportId={reportId} />}</Route>
          <Route path="/load-reports/*?">
            <Redirect to={`/monitor${location.pathname}${location.search}`} replace />
          </Route>
          <Route path="/monitor/backups" component={BackupsPage} />
          <Route path="/monitor/doctor" component={DoctorPage} />
          <Route>{organization ? <MemberPages user={user} organization={organization} /> : <NoOrganizationPage user={user} />}</Route>
        </Switch>
      </Suspense>
      <ConfirmIdentity user={user} />
    </Layout>
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
