import { useMemo } from 'react';
import { useLocation } from 'wouter';
import { useSignOut } from '#features/accounts/client/queries.ts';
import { useProjects } from '#features/projects/client/queries.ts';
import { type Command, useCommands } from '#ui/app/commands.ts';
import { setTheme } from '#ui/app/theme.ts';

/** The command palette's entries on every page. */
export function useLayoutCommands({ operator, admin }: { operator: boolean; admin: boolean }): void {
  const [, navigate] = useLocation();
  const { data: projects } = useProjects();
  const { mutate: signOut } = useSignOut();
  const commands = useMemo((): readonly Command[] => {
    const toProjects = (projects ?? []).map(
      ({ id, name }): Command => ({
        id: `project-${id}`,
        label: name,
        icon: 'folder',
        hint: 'Project',
        run: () => navigate(`/projects/${id}`),
      }),
    );
    const ofAdmins: Command[] = admin
      ? [{ id: 'audit', label: 'Audit: who did what', icon: 'history', hint: 'Page', run: () => navigate('/settings/audit') }]
      : [];
    const ofOperators: Command[] = operator
      ? [{ id: 'load-reports', label: 'Load reports', icon: 'plot', hint: 'Page', run: () => navigate('/load-reports') }]
      : [];
    return [
      ...toProjects,
      { id: 'projects', label: 'All projects', icon: 'projects', hint: 'Page', run: () => navigate('/') },
      { id: 'inbox', label: 'Inbox', icon: 'inbox', hint: 'Page', run: () => navigate('/inbox') },
      { id: 'agents', label: 'Agents', icon: 'agent', hint: 'Page', run: () => navigate('/agents') },
      { id: 'schedules', label: 'Schedules and triggers', icon: 'clock', hint: 'Page', run: () => navigate('/schedules') },
      { id: 'autonomy', label: 'Autonomy: what works and the switch', icon: 'toggle', hint: 'Page', run: () => navigate('/autonomy') },
      { id: 'policy', label: 'What agents may do', icon: 'toggle', hint: 'Page', run: () => navigate('/settings/autonomy') },
      { id: 'usage', label: 'Usage', icon: 'bars', hint: 'Page', run: () => navigate('/usage') },
      { id: 'models', label: 'Models and providers', icon: 'settings', hint: 'Page', run: () => navigate('/settings/models') },
      { id: 'connections', label: 'Connections', icon: 'link', hint: 'Page', run: () => navigate('/settings/connections') },
      ...ofAdmins,
      ...ofOperators,
      { id: 'account', label: 'My account and sessions', icon: 'person', hint: 'Page', run: () => navigate('/account') },
      { id: 'theme-system', label: 'Theme: as the system', icon: 'computer', hint: 'Theme', run: () => setTheme('system') },
      { id: 'theme-light', label: 'Theme: light', icon: 'sun', hint: 'Theme', run: () => setTheme('light') },
      { id: 'theme-dark', label: 'Theme: dark', icon: 'moon', hint: 'Theme', run: () => setTheme('dark') },
      { id: 'sign-out', label: 'Sign out', icon: 'out', run: () => signOut() },
    ];
  }, [admin, operator, projects, navigate, signOut]);
  useCommands(commands, 'everywhere');
}
