import { levels as all, emptyPolicy, roleForLevel } from '#features/policies/policy.ts';
import { atLeast, type Role } from '#wire/role.ts';
import { type DeniedLevels, levels } from '../levels.ts';
import { useProjectPolicy } from './queries.ts';
import { texts } from './texts/words.ts';

function deniedLevels(policies: Parameters<typeof roleForLevel>[0], role: Role): DeniedLevels {
  const refused = all.flatMap((level) => {
    const needed = roleForLevel(policies, level);
    return atLeast(role, needed) ? [] : [[level, texts.deniedLevel(levels[level].label, texts.roles[needed], texts.roles[role])]];
  });
  return Object.fromEntries(refused);
}

/** Levels at which a person may not start runs in a project. Until the policies are loaded, the defaults apply. */
export function useDeniedLevels(projectId: string, role: Role): DeniedLevels {
  const { data } = useProjectPolicy(projectId);
  return deniedLevels({ organization: data?.organization ?? emptyPolicy, project: data?.policy ?? null }, role);
}
