/** What stands in a run's log for people: notices, errors and questions. Stored, so in the language of the time. */
const wait = (ms: number) => `${(ms / 1000).toLocaleString('en', { maximumFractionDigits: 1 })} s`;

function duration(ms: number): string {
  const minutes = ms / 60_000;
  return Number.isInteger(minutes) ? `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}` : `${ms / 1000} s`;
}

/** What a model is not given. */
function omitted(results: number, messages: number): string {
  const what = [
    ...(results > 0 ? [`${results} tool result${results === 1 ? '' : 's'}`] : []),
    ...(messages > 0 ? [`${messages} older message${messages === 1 ? '' : 's'}`] : []),
  ];
  return `The conversation is longer than the model can take in. What it is given lacks ${what.join(' and ')}, or parts of them; the log keeps everything.`;
}

export const texts = {
  notices: {
    held: 'Autonomy was switched off for the organization. The run goes on when it is switched on again.',
    resumed: 'Work goes on after an interruption.',
    planOpen: 'The plan still has open steps. The agent is asked once to go on, or to say why not.',
    retrying: (failure: string, ms: number, attempt: number, attempts: number) =>
      `${failure} Trying again in ${wait(ms)} (${attempt} of ${attempts}).`,
    fallback: (failure: string, model: string) => `${failure} The run goes on with ${model} instead.`,
    omitted,
    answerCut: 'The answer reached the most tokens it may have, and ends there. Ask for the rest.',
    answerFiltered: 'The provider’s filter ended the answer.',
    answerEmpty: 'The model gave an empty answer. Ask again, or in other words.',
    finishMissing: 'The provider did not say why the answer ended. It is taken as complete.',
    finishUnknown: (word: string) => `The provider ended the answer with “${word}”, which is not known here. It is taken as complete.`,
    callsDropped: (count: number) =>
      count === 1
        ? 'Its tool call was not complete, and not carried out. Ask for the rest.'
        : `Its ${count} tool calls were not complete, and not carried out. Ask for the rest.`,
    toolsMissing: (server: string, reason: string) => `The tools of ${server} are missing: ${reason}`,
    toolsChanged: (reasons: readonly string[]) => `${reasons.join(' ')} The run waits for that. Write a message to let it go on without.`,
    instructionsChanged: (path: string) =>
      `${path} has changed, and nobody has accepted the change yet. This run uses the last accepted version. Review the change in the inbox.`,
    instructionsNew: (path: string) => `Nobody has accepted ${path} yet, so this run works without it. Review it in the inbox.`,
  },
  errors: {
    internal: 'Something went wrong on the server; it has been logged. Retry the run, or send a message.',
    noModel: 'This run’s model is not available here any more. Branch the run, or start a new one, with another model.',
    departed: (person = 'The person it worked for') =>
      `${person} may not use agents in this organization any more, so the run has ended. Branch it to continue it in your own name.`,
    interrupted: (times: number) => `The run was interrupted ${times} times in a row. Retry it, or send a message.`,
    brokenOff: 'The model’s answer broke off.',
  },
  questions: {
    again: 'It is asked again, since what it is about has changed.',
    toolChanged: (reason: string) => `The tool has changed since this was asked before. ${reason}`,
    repeated: (tool: string, times: number) =>
      `The agent wants to use ${tool} with the same input for the ${times}rd time in a row. It may be going round in circles.`,
    unknown: (tool: string, reason: string) => `Nobody here knows whether ${tool} took effect. ${reason} Look there, then decide.`,
    interrupted: (tool: string) =>
      `The run was interrupted while ${tool} was under way, and nobody here knows whether it took effect. Look there, then decide.`,
    /** Why the outcome of a call is unknown. */
    timeout: (ms: number) => `It was still running after ${duration(ms)}, the maximum for a call.`,
  },
  /** Whose change is unknown. */
  somebody: 'somebody',
  /** Short name of a request, such as `edit_file notes.md and 2 more`. */
  request: (tool: string, path: string | undefined, pathCount: number) =>
    [tool, ...(path === undefined ? [] : [path]), ...(pathCount > 1 ? [`and ${pathCount - 1} more`] : [])].join(' '),
  /** What a call changed. */
  paths: (first: string | undefined, count: number) => `${first ?? 'nothing'}${count > 1 ? ` and ${count - 1} more` : ''}`,
};
