import { useMemo } from 'react';
import { useLocation } from 'wouter';
import { useSignOut } from '#features/accounts/client/queries.ts';
import { useProjects } from '#features/projects/client/queries.ts';
import { type Command, useCommands } from '#ui/app/commands.ts';
import { setTheme } from '#ui/app/theme.ts';
import type { IconName } from '#ui/primitives/icon.tsx';
import type { Role } from '#wire/role.ts';
import { placesFor } from './navigation.ts';
import { sections as monitorSections } from './pages/monitor/sections.ts';
import { sectionsFor } from './pages/settings/sections.ts';
import { texts } from './texts.ts';

/** The command palette's entries on every page. */
export function useLayoutCommands({ operator, role }: { operator: boolean; role: Role | undefined }): void {
  const [, navigate] = useLocation();
  const { data: projects } = useProjects();
  const { mutate: signOut } = useSignOut();
  const commands = useMemo((): readonly Command[] => {
    const toProjects = (projects ?? []).map(
      ({ id, name }): Command => ({
        id: `project-${id}`,
        label: name,
        icon: 'folder',
        hint: texts.commands.project,
        run: () => navigate(`/projects/${id}`),
      }),
    );
    const to = (id: string, label: string, icon: IconName, href: string): Command => ({
      id,
      label,
      icon,
      hint: texts.commands.page,
      run: () => navigate(href),
    });
    const ofOrganization =
      role === undefined ? [] : placesFor({ member: true, operator }).work.map(({ href, name, icon }) => to(href, name, icon, href));
    const ofMonitor = operator
      ? monitorSections.slice(1).map(({ href, name }) => to(href, texts.commands.ofMonitor(name), 'gauge', href))
      : [];
    const settings = sectionsFor(role).map(({ href, name, about, icon }) =>
      to(href, about === undefined ? name : texts.commands.section(name, about), icon, href),
    );
    return [
      ...toProjects,
      ...ofOrganization,
      ...ofMonitor,
      ...settings,
      to('account', texts.mySettings, 'person', '/account'),
      {
        id: 'theme-system',
        label: texts.commands.themeSystem,
        icon: 'computer',
        hint: texts.commands.theme,
        run: () => setTheme('system'),
      },
      { id: 'theme-light', label: texts.commands.themeLight, icon: 'sun', hint: texts.commands.theme, run: () => setTheme('light') },
      { id: 'theme-dark', label: texts.commands.themeDark, icon: 'moon', hint: texts.commands.theme, run: () => setTheme('dark') },
      { id: 'sign-out', label: texts.signOut, icon: 'out', run: () => signOut() },
    ];
  }, [role, operator, projects, navigate, signOut]);
  useCommands(commands, 'everywhere');
}
