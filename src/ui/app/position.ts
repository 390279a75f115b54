/**
 * How far this browser has seen the database, where there are replicas: what was saved here, and what events have told. The cookie takes it
 * to the server with every request, also those of other tabs.
 */
import { cookieOf, POSITION_COOKIE, POSITION_COOKIE_S, POSITION_EVENT, parsePosition } from '#wire/position.ts';

let latest: string | undefined;
let notedAt = 0;

/**
 * For the header of a request: responses that cross may leave an older position in the cookie.
 * @returns undefined once every replica has it
 */
export const latestPosition = (): string | undefined => (Date.now() - notedAt < POSITION_COOKIE_S * 1000 ? latest : undefined);

/** @param position as a response or an event brought it; null: it brought none */
export function notePosition(position: string | null): void {
  const number = parsePosition(position);
  if (position === null || number === undefined) return;
  if (number >= (parsePosition(latestPosition()) ?? -1)) [latest, notedAt] = [position, Date.now()];
  // biome-ignore lint/suspicious/noDocumentCookie: there is no other way that Safari knows.
  if (number > inCookie()) document.cookie = cookieOf(position);
}

const inCookie = (): number => {
  const pair = document.cookie.split('; ').find((each) => each.startsWith(`${POSITION_COOKIE}=`));
  return parsePosition(pair?.slice(POSITION_COOKIE.length + 1)) ?? -1;
};

/** Every stream says it ahead of its events. */
export function followPosition(source: Pick<EventSource, 'addEventListener'>): void {
  source.addEventListener(POSITION_EVENT, (event) => notePosition((event as MessageEvent<string>).data));
}
