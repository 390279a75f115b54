/** Every action an audit entry can record, and its phrase: follows the actor's name, with {} for the subject. */
const phrases = {
  'account.create': 'signed up',
  'account.confirm': 'confirmed who they are',
  'account.password': 'changed their password',
  'account.password_forgotten': 'asked for a link to a new password of {}',
  'account.password_link': 'made a link to a new password of {}',
  'account.password_reset': 'set a new password with a link',
  'account.email_request': 'asked for a link to confirm an email address',
  'account.email_confirm': 'confirmed their email address',
  'account.email': 'changed their email address',
  'account.rename': 'changed their name',
  'account.picture': 'changed their picture',
  'account.promote': 'made {} an operator',
  'account.demote': 'took the rights of an operator from {}',
  'session.begin': 'signed in',
  'session.refuse': 'failed to sign in as {}',
  'session.end': 'signed out',
  'session.revoke': 'ended the session {}',
  'session.revoke_others': 'ended all their other sessions',
  'access.refuse': 'was not allowed to {}',
  'secret.create': 'made a new secret for {}',
  'settings.change': 'changed {}',
  'export.run': 'exported the run {}',
  'export.files': 'exported files of the project {}',
  'export.audit': 'exported the audit log',
  'export.usage': 'exported the usage figures',
  'run.start': 'started the run {}',
  'run.message': 'wrote to the run {}',
  'run.answer': 'answered a question of the run {}',
  'run.stop': 'stopped the run {}',
  'run.retry': 'retried the run {}',
  'run.branch': 'branched off the run {}',
  'run.revert': 'undid the changes of the run {}',
  'run.change': 'changed {}',
  'run.act': 'used the tool {}',
  'run.plan': 'changed the plan of the run {}',
  'approval.ask': 'asked for {}',
  'approval.approve': 'approved {}',
  'approval.reject': 'rejected {}',
  'approval.expire': 'rejected {}, since nobody had answered in time',
  'approval.withdraw': 'withdrew the request for {}',
  'instructions.accept': 'accepted {} as instructions of scheduled and triggered runs',
  'policy.change': 'changed the policy of {}',
  'policy.deny': 'was refused {} by policy',
  'level.refuse': 'was refused the level {}',
  'budget.raise': 'raised the budget of the {}',
  'autonomy.off': 'switched autonomous work off',
  'autonomy.on': 'switched autonomous work on',
  'schedule.create': 'made the schedule {}',
  'schedule.change': 'changed the schedule {}',
  'schedule.delete': 'deleted the schedule {}',
  'schedule.pause': 'paused the schedule {}',
  'schedule.resume': 'resumed the schedule {}',
  'schedule.run': 'ran the schedule {}',
  'schedule.skip': 'skipped a time of the schedule {}',
  'trigger.create': 'made the trigger {}',
  'trigger.change': 'changed the trigger {}',
  'trigger.delete': 'deleted the trigger {}',
  'trigger.pause': 'paused the trigger {}',
  'trigger.resume': 'resumed the trigger {}',
  'trigger.fire': 'fired the trigger {}',
  'trigger.refuse': 'was refused by the trigger {}',
  'agent.create': 'made the agent {}',
  'agent.change': 'changed the agent {}',
  'agent.archive': 'archived the agent {}',
  'agent.restore': 'restored the agent {}',
  'provider.create': 'added the model provider {}',
  'provider.change': 'changed the model provider {}',
  'provider.delete': 'deleted the model provider {}',
  'models.change': 'changed which models may be used and what they cost',
  'tool_server.create': 'connected the tool server {}',
  'tool_server.change': 'changed the tool server {}',
  'tool_server.delete': 'disconnected the tool server {}',
  'tool_server.tools': 'turned tools of the tool server {} on or off',
  'hosts.change': 'changed the hosts whose pages may be read',
  'organization.create': 'founded the organization',
  'organization.change': 'changed the settings of the organization',
  'organization.transfer': 'made {} the owner',
  'member.join': 'joined as {}',
  'member.role': 'changed the role of {}',
  'member.remove': 'removed {}',
  'member.leave': 'left the organization',
  'member.password_link': 'made a link to a new password of {}',
  'member.sign_out': 'signed {} out everywhere',
  'invitation.create': 'invited {}',
  'invitation.renew': 'renewed the invitation of {}',
  'invitation.revoke': 'revoked the invitation of {}',
  'token.create': 'created the token {}',
  'token.revoke': 'revoked the token {}',
  'project.create': 'created the project {}',
  'project.rename': 'renamed the project {}',
  'project.members': 'changed who has access to the project {}',
  'project.delete': 'deleted the project {}',
  'load_report.delete': 'deleted the load report {}',
} as const;

export type Action = keyof typeof phrases;
export const actions = Object.keys(phrases) as [Action, ...Action[]];

/** What the actions of a kind, the first part of their names, are called together. */
export const kinds = {
  run: 'Runs',
  approval: 'Approvals',
  instructions: 'Instructions of agents',
  policy: 'Policies',
  level: 'Levels',
  budget: 'Budgets',
  autonomy: 'The autonomy switch',
  schedule: 'Schedules',
  trigger: 'Triggers',
  agent: 'Agents',
  provider: 'Model providers',
  models: 'Models',
  tool_server: 'Tool servers',
  hosts: 'Hosts',
  organization: 'Organization',
  member: 'Members',
  invitation: 'Invitations',
  token: 'Tokens',
  project: 'Projects',
  account: 'Accounts',
  session: 'Signing in and out',
  access: 'Refused access',
  secret: 'Secrets',
  settings: 'Personal settings',
  export: 'Exports',
  load_report: 'Load reports',
} as const;
export type Kind = keyof typeof kinds;

export const kindOf = (action: string): string => action.slice(0, action.indexOf('.'));

/**
 * @param action may be one of a newer version, which is shown by its name
 * @returns the text before and after the subject's name; without a second part, the action has no subject
 */
export function phraseOf(action: string): readonly [before: string, after?: string] {
  const phrase = Object.hasOwn(phrases, action) ? phrases[action as Action] : `did ${action} to {}`;
  const [before, after] = phrase.split('{}') as [string, string?];
  return after === undefined ? [before] : [before, after];
}

/** `approval.ask` to `Asked for …`, for a list of choices. */
export function labelOf(action: Action): string {
  const words = phrases[action].replace('{}', '…');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
