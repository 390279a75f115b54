import { texts } from './texts.ts';

/** Every action an audit entry can record. */
export type Action = keyof typeof texts.actions;
export const actions = Object.keys(texts.actions) as [Action, ...Action[]];

export type Kind = keyof typeof texts.kinds;
export const kinds = Object.keys(texts.kinds) as [Kind, ...Kind[]];
export const kindLabel = (kind: Kind): string => texts.kinds[kind];

export const kindOf = (action: string): string => action.slice(0, action.indexOf('.'));

/**
 * @param action may be one of a newer version, which is shown by its name
 * @returns the text before and after the subject's name; without a second part, the action has no subject
 */
export function phraseOf(action: string): readonly [before: string, after?: string] {
  const phrase = Object.hasOwn(texts.actions, action) ? texts.actions[action as Action] : texts.unknownAction(action);
  const [before, after] = phrase.split('{}') as [string, string?];
  return after === undefined ? [before] : [before, after];
}

/** `approval.ask` to `Asked for …`, for a list of choices. */
export function labelOf(action: Action): string {
  const words = texts.actions[action].replace('{}', '…');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
