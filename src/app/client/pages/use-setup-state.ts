import type { User } from '#features/accounts/contract.ts';
import { useModelProviders } from '#features/models/client/provider-queries.ts';
import { useModels } from '#features/models/client/queries.ts';
import { useInvitations } from '#features/organizations/client/invitation-queries.ts';
import { useMembers } from '#features/organizations/client/member-queries.ts';
import { useProjects } from '#features/projects/client/queries.ts';
import type { Membership } from '../use-current-organization.ts';
import { texts as words } from './texts/setup-guide.ts';

/** Built in, so it is no connected one. */
const DEMO_MODEL = 'practice';

export interface SetupStep {
  id: 'name' | 'model' | 'invite' | 'project';
  done: boolean;
  /** In place of what the step is for. */
  note?: string | undefined;
}

/** Which steps of the setup are done, by what is really there. @returns `known`: everything is loaded */
export function useSetupState({ id, name }: Membership, user: User): { steps: readonly SetupStep[]; known: boolean } {
  const members = useMembers(id);
  const invitations = useInvitations(id);
  const projects = useProjects();
  const model = useConnectedModel(id);
  const people = (members.data?.length ?? 1) - 1;
  const invited = invitations.data?.invitations.filter(({ expired }) => !expired).length ?? 0;
  return {
    known: members.data !== undefined && invitations.data !== undefined && projects.data !== undefined && model.known,
    steps: [
      { id: 'name', done: name !== words.nameAtSignUp(user.name) },
      { id: 'model', done: model.connected, note: model.note },
      { id: 'invite', done: people > 0 || invited > 0, note: people > 0 || invited > 0 ? words.invited(people, invited) : undefined },
      { id: 'project', done: (projects.data?.length ?? 0) > 0 },
    ],
  };
}

/** Done once a provider answers: a key that does not work connects nothing. */
function useConnectedModel(organizationId: string): { known: boolean; connected: boolean; note: string | undefined } {
  const { data: found } = useModelProviders(organizationId);
  const { data: listed } = useModels(organizationId);
  const own = listed?.models.filter(({ id }) => id !== DEMO_MODEL) ?? [];
  const [failed] = listed?.unreachable ?? [];
  const note = own.length > 0 ? words.connected(own.length) : failed ? words.unreachable(failed.provider, failed.reason) : undefined;
  return { known: found !== undefined && listed !== undefined, connected: own.length > 0, note };
}
