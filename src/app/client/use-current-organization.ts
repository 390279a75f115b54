import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useLayoutEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import type { User } from '#features/accounts/contract.ts';
import { setTabOrganization, useTabOrganization } from '#ui/app/tab-organization.ts';
import { showToast } from '#ui/primitives/toast.tsx';
import { texts } from './texts.ts';

export type Membership = User['organizations'][number];

/** Pages that belong to no organization. */
const isOwn = (path: string): boolean => ['/account', '/monitor'].some((own) => path === own || path.startsWith(`${own}/`));

/** The tab's own; a new tab starts with the person's default. */
const choose = ({ organizations, defaultOrganizationId }: User, own: string | undefined): Membership | undefined =>
  organizations.find(({ id }) => id === own) ?? organizations.find(({ id }) => id === defaultOrganizationId) ?? organizations[0];

/**
 * Keeps the organization of this tab one that the person belongs to. Used once, around every page.
 * @returns `ready`: requests name it
 */
export function useCurrentOrganization(user: User): { organization: Membership | undefined; ready: boolean } {
  const own = useTabOrganization();
  const organization = choose(user, own);
  useLayoutEffect(() => setTabOrganization(organization?.id), [organization?.id]);
  useNoticeOfLoss(user, organization);
  useDropOfFormer(organization?.id);
  return { organization, ready: organization?.id === own };
}

/** Says so when the person was removed from the organization, or left it, and leaves its pages. */
function useNoticeOfLoss(user: User, organization: Membership | undefined): void {
  const [path, navigate] = useLocation();
  const leave = useEffectEvent(() => {
    if (!isOwn(path)) navigate('/', { replace: true });
  });
  const before = useRef<{ userId: string; organization: Membership | undefined }>(undefined);
  useEffect(() => {
    const former = before.current?.userId === user.id ? before.current.organization : undefined;
    before.current = { userId: user.id, organization };
    if (!former) return;
    const now = user.organizations.find(({ id }) => id === former.id);
    if (now) {
      if (now.role !== former.role) showToast(texts.newRole(former.name, now.role), { kind: 'news' });
      return;
    }
    leave();
    showToast(organization ? texts.lost(former.name, organization.name) : texts.lostLast(former.name), { kind: 'news' });
  }, [user, organization]);
}

/** Forgets what the tab knew about its former organization; what is still shown belongs to no organization, or to the new one. */
function useDropOfFormer(organizationId: string | undefined): void {
  const client = useQueryClient();
  const before = useRef(organizationId);
  useEffect(() => {
    const isFirst = before.current === organizationId;
    before.current = organizationId;
    if (isFirst) return;
    client.removeQueries({ type: 'inactive' });
    // Again, once a page of the former one is gone too.
    setTimeout(() => client.removeQueries({ type: 'inactive' }));
  }, [client, organizationId]);
}

/** Opening something of another organization moves the tab there; the default for new tabs stays. */
export function useMoveTo(organizationId: string | undefined): void {
  useEffect(() => {
    if (organizationId !== undefined) setTabOrganization(organizationId);
  }, [organizationId]);
}
