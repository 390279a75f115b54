/** Says which file this page shows, and learns who else is in the project. */
import { useEffect, useRef, useState } from 'react';
import { PRESENCE_EVERY_MS, type Presence, reportPresence } from '#features/files/presence-contract.ts';
import { actingUser } from '#ui/app/acting-user.ts';
import { call } from '#ui/app/call.ts';
import { OPENED, subscribeLive } from '#ui/app/live-events.ts';
import { createPageId } from './page-id.ts';

/** Files that are merely passed on the way to another are not reported. */
const SETTLE_MS = 250;
/** Several people may come and go at once. */
const GATHER_MS = 500;

/** @param path the file shown; undefined: none @returns the others, each as often as they have pages open */
export function usePresence(projectId: string, path: string | undefined): readonly Presence[] {
  const [people, setPeople] = useState<readonly Presence[]>([]);
  const shown = useRef(path);
  const report = useRef<(delay: number) => void>(undefined);
  useEffect(() => {
    const page = createPageId();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let ended = false;
    const params = { projectId };
    const send = async () => {
      timer = undefined;
      const body = { page, path: shown.current ?? null };
      // Whoever cannot be reached counts as absent; the next report makes up for a failed one.
      const others = await call(reportPresence, { params, body }).catch(() => undefined);
      if (!ended) setPeople((others?.body.people ?? []).filter(({ userId }) => userId !== actingUser()));
    };
    report.current = (delay) => {
      timer ??= setTimeout(() => void send(), delay);
    };
    const closePage = () => {
      clearTimeout(timer);
      timer = undefined;
      void call(reportPresence, { params, body: { page, path: null, closed: true } }, { keepalive: true }).catch(() => undefined);
    };
    // Browsers slow down the timers of a hidden page, so it would come and go; nobody is looking at it either.
    const isHidden = () => document.visibilityState === 'hidden';
    let left = false;
    const repeat = () => {
      if (!isHidden()) report.current?.(0);
      else if (!left) closePage();
      left = isHidden();
    };
    const onShow = () => {
      if (!isHidden()) repeat();
    };
    const repeated = setInterval(repeat, PRESENCE_EVERY_MS);
    const endEvents = subscribeLive('presence', (data) => {
      if ((data as { projectId: string }).projectId === projectId) report.current?.(GATHER_MS);
    });
    const endOpened = subscribeLive(OPENED, () => report.current?.(GATHER_MS));
    window.addEventListener('pagehide', closePage);
    window.addEventListener('pageshow', onShow);
    document.addEventListener('visibilitychange', onShow);
    report.current(0);
    return () => {
      ended = true;
      clearInterval(repeated);
      endEvents();
      endOpened();
      window.removeEventListener('pagehide', closePage);
      window.removeEventListener('pageshow', onShow);
      document.removeEventListener('visibilitychange', onShow);
      closePage();
    };
  }, [projectId]);
  useEffect(() => {
    if (shown.current === path) return;
    shown.current = path;
    report.current?.(SETTLE_MS);
  }, [path]);
  return people;
}
