import { lazy } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { Area } from '#ui/app/area.tsx';
import { Note } from '#ui/primitives/note.tsx';
import { atLeast } from '#wire/role.ts';
import { NotFoundPage } from '../not-found-page.tsx';
import { texts as pageTexts } from '../texts/pages.ts';
import { roleFor, root, sectionsFor } from './sections.ts';
import { SettingsPage, type SettingsPageProps } from './settings-page.tsx';
import { texts } from './texts.ts';

const GeneralPage = lazy(() => import('./general-page.tsx'));
const MembersPage = lazy(() => import('./members-page.tsx'));
const InvitationsPage = lazy(() => import('./invitations-page.tsx'));
const RolesPage = lazy(() => import('./roles-page.tsx'));
const SecurityPage = lazy(() => import('./security-page.tsx'));
const ModelsPage = lazy(() => import('./models-page.tsx'));
const ConnectionsPage = lazy(() => import('./connections-page.tsx'));
const AgentPermissionsPage = lazy(() => import('./agent-permissions-page.tsx'));
const LimitsPage = lazy(() => import('./limits-page.tsx'));
const AuditPage = lazy(() => import('./audit-page.tsx'));

/** Every page below /settings. */
export default function SettingsArea({ user, organization }: SettingsPageProps) {
  const [path] = useLocation();
  if (path === '/settings/autonomy') return <Redirect to={`/settings/agent-permissions${location.search}`} replace />;
  if (path === root) return <Area title={texts.title} href={root} sections={sectionsFor(organization.role)} current={undefined} />;
  const needed = roleFor(path);
  if (!needed) return <NotFoundPage />;
  const props = { user, organization };
  return (
    <Switch key={organization.id}>
      {!atLeast(organization.role, needed) && (
        <Route>
          <SettingsPage organization={organization}>
            <Note>{pageTexts.needsRole(organization.name, needed, organization.role)}</Note>
          </SettingsPage>
        </Route>
      )}
      <Route path="/settings/general">
        <GeneralPage {...props} />
      </Route>
      <Route path="/settings/members">
        <MembersPage {...props} />
      </Route>
      <Route path="/settings/invitations">
        <InvitationsPage {...props} />
      </Route>
      <Route path="/settings/roles">
        <RolesPage {...props} />
      </Route>
      <Route path="/settings/security">
        <SecurityPage {...props} />
      </Route>
      <Route path="/settings/models">
        <ModelsPage {...props} />
      </Route>
      <Route path="/settings/connections">
        <ConnectionsPage {...props} />
      </Route>
      <Route path="/settings/agent-permissions">
        <AgentPermissionsPage {...props} />
      </Route>
      <Route path="/settings/limits">
        <LimitsPage {...props} />
      </Route>
      <Route path="/settings/audit">
        <AuditPage {...props} />
      </Route>
    </Switch>
  );
}
