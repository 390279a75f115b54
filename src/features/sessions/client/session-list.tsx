import type { Session } from '#features/sessions/contract.ts';
import { formatExact, Time } from '#ui/format/time.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { useRevokeOtherSessions, useRevokeSession, useSessions } from './queries.ts';
import { texts } from './texts.ts';
import './session-list.css';

/** Lists where the user is signed in, and lets them end sessions they do not recognize. */
export function SessionList() {
  const sessions = useSessions();
  if (sessions.isPending) return <Waiting what={texts.loading} />;
  if (sessions.isError) return <Failure error={sessions.error} onRetry={() => void sessions.refetch()} />;
  const sorted = sessions.data.toSorted((a, b) => Number(b.current) - Number(a.current));
  return (
    <div className="stack">
      <ul className="sessions">
        {sorted.map((session) => (
          <SessionRow key={session.id} session={session} />
        ))}
      </ul>
      {sorted.length > 1 && <SignOutOthers />}
    </div>
  );
}

function SignOutOthers() {
  const revoke = useRevokeOtherSessions();
  return (
    <div>
      <Button busy={revoke.isPending} onClick={() => revoke.mutate(undefined, { onSuccess: () => showToast(texts.signedOutOthers) })}>
        {texts.signOutOthers}
      </Button>
      {revoke.isError && <Failure error={revoke.error} />}
    </div>
  );
}

function SessionRow({ session }: { session: Session }) {
  const revoke = useRevokeSession();
  const { id, device, address, lastSeenAt, createdAt, current } = session;
  return (
    <li className="session">
      <Icon name="computer" />
      <div className="session-text">
        <p className="session-device">
          {device}
          {current && <span className="session-current">{texts.current}</span>}
        </p>
        <p className="muted" title={texts.signedInAt(formatExact(createdAt))}>
          {texts.lastSeen(address, <Time at={lastSeenAt} />)}
        </p>
      </div>
      {!current && (
        <Button
          size="small"
          busy={revoke.isPending}
          aria-label={texts.signOutNamed(device, address)}
          onClick={() => revoke.mutate(id, { onSuccess: () => showToast(texts.signedOut(device)) })}
        >
          {texts.signOut}
        </Button>
      )}
    </li>
  );
}
