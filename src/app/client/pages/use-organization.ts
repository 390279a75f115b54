import type { User } from '#features/accounts/contract.ts';
import { useStored } from '#ui/app/stored.ts';

type Membership = User['organizations'][number];

/** The last organization chosen in this browser, else the first. */
export function useOrganization(user: User): { organization: Membership | undefined; choose: (id: string) => void } {
  const [chosen, choose] = useStored('organization', (stored) => (typeof stored === 'string' ? stored : ''));
  return { organization: user.organizations.find(({ id }) => id === chosen) ?? user.organizations[0], choose };
}
