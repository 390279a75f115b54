/** The people of the demo team, their organization, its agents and its rules. */
import { randomBytes } from 'node:crypto';
import { signup } from '#features/accounts/contract.ts';
import { type Agent, archiveAgent, createAgent } from '#features/agents/contract.ts';
import { changeOrganization } from '#features/organizations/contract.ts';
import { createInvitation } from '#features/organizations/invitations-contract.ts';
import { putPolicy } from '#features/policies/contract.ts';
import { createToken } from '#features/tokens/contract.ts';
import type { CallOf } from '#wire/contract.ts';
import type { Role } from '#wire/role.ts';
import { createVisitorCall, type Visitor } from './visitor.ts';

const ORGANIZATION = 'Northwind';
/** Nobody gets mail at a domain under .example. */
const addressOf = (name: string) => `${name}@northwind.example`;

type Name = 'ada' | 'ben' | 'chiara' | 'deniz' | 'elena';

const people: Record<Name, { name: string; role: Role }> = {
  // Founds the organization.
  ada: { name: 'Ada Lindqvist', role: 'owner' },
  ben: { name: 'Ben Okafor', role: 'admin' },
  chiara: { name: 'Chiara Rossi', role: 'member' },
  deniz: { name: 'Deniz Kaya', role: 'member' },
  elena: { name: 'Elena Petrova', role: 'viewer' },
};
export const ADDRESSES = Object.keys(people).map(addressOf);

export type Team = Record<Name, Visitor> & {
  organization: { id: string; name: string };
  agents: { editor: Agent; reporter: Agent };
};

async function signUp(origin: string, key: Name, invitation?: string): Promise<Visitor & { organizationId: string }> {
  const call = createVisitorCall(origin);
  const [{ name }, email] = [people[key], addressOf(key)];
  // Nobody learns it: each person sets one with a link.
  const password = randomBytes(32).toString('base64');
  const { user } = (await call(signup, { body: { name, email, password, ...(invitation !== undefined && { invitation }) } })).body;
  return { id: user.id, name, email, call, organizationId: user.organizations[0]?.id ?? '' };
}

export async function seedTeam(origin: string): Promise<Team> {
  const ada = await signUp(origin, 'ada');
  const join = async (key: Name) => {
    const { link } = (await ada.call(createInvitation, { query: {}, body: { role: people[key].role } })).body;
    return signUp(origin, key, new URL(link, origin).searchParams.get('token') ?? '');
  };
  const [ben, chiara, deniz, elena] = [await join('ben'), await join('chiara'), await join('deniz'), await join('elena')];
  await ada.call(changeOrganization, { query: {}, body: { name: ORGANIZATION } });
  // Both end when their maker sets a password. The owner signs in first.
  await ben.call(createInvitation, { query: {}, body: { role: 'member', email: addressOf('frida') } });
  await ben.call(createToken, { query: {}, body: { name: 'Nightly build', scopes: ['read'], owner: 'organization', role: 'viewer' } });
  await ada.call(putPolicy, { query: {}, body: { basedOn: 0, policy } });
  const organization = { id: ada.organizationId, name: ORGANIZATION };
  return { ada, ben, chiara, deniz, elena, organization, agents: await seedAgents(ben) };
}

const policy: CallOf<typeof putPolicy>['body']['policy'] = {
  rules: [
    { tool: 'delete_file', path: null, autonomous: 'ask' },
    { tool: '*', path: 'content/legal/**', supervised: 'ask', autonomous: 'deny' },
  ],
  levels: { autonomous: 'member' },
  expireAfterHours: 72,
  dailyBudgets: { user: { tokens: 2_000_000 }, organization: { tokens: 20_000_000 } },
};

async function seedAgents(by: Visitor): Promise<Team['agents']> {
  const create = async (body: CallOf<typeof createAgent>['body']) => (await by.call(createAgent, { query: {}, body })).body.agent;
  const editor = await create({
    name: 'Editor',
    instructions: 'You edit texts. Keep the author’s voice, prefer short sentences, and never change figures or names.',
    level: 'supervised',
    tools: ['list_files', 'read_file', 'search_files', 'write_file', 'edit_file'],
  });
  const reporter = await create({
    name: 'Reporter',
    instructions: 'You write the weekly report. Read what changed in the project, and sum it up on one page in reports/.',
    level: 'autonomous',
    budget: { steps: 20, minutes: 10 },
  });
  const translator = await create({ name: 'Translator', instructions: 'You translate pages into German.', level: 'off' });
  await by.call(archiveAgent, { params: { agentId: translator.id } });
  return { editor, reporter };
}
