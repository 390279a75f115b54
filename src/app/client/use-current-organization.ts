import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useLayoutEffect, useRef } from 'react';
import type { User } from '#features/accounts/contract.ts';
import { setTabOrganization, useTabOrganization } from '#ui/app/tab-organization.ts';
import { showToast } from '#ui/primitives/toast.tsx';
import { texts } from './texts.ts';

export type Membership = User['organizations'][number];

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

/** Says so when the person was removed from the organization, or left it. */
function useNoticeOfLoss(user: User, organization: Membership | undefined): void {
  const before = useRef<{ userId: string; organization: Membership | undefined }>(undefined);
  useEffect(() => {
    const former = before.current?.userId === user.id ? before.current.organization : undefined;
    before.current = { userId: user.id, organization };
    if (!former || user.organizations.some(({ id }) => id === former.id)) return;
    showToast(organization ? texts.lost(former.name, organization.name) : texts.lostLast(former.name), { kind: 'news' });
  }, [user, organization]);
}

/** Forgets what the tab knew about its former organization; what is still shown belongs to no organization, or to the new one. */
function useDropOfFormer(organizationId: string | undefined): void {
  const client = useQueryClient();
  const before = useRef(organizationId);
  useEffect(() => {
    if (before.current !== organizationId) client.removeQueries({ type: 'inactive' });
    before.current = organizationId;
  }, [client, organizationId]);
}

/** Opening something of another organization moves the tab there; the default for new tabs stays. */
export function useMoveTo(organizationId: string | undefined): void {
  useEffect(() => {
    if (organizationId !== undefined) setTabOrganization(organizationId);
  }, [organizationId]);
}
