import { Link } from 'wouter';
import type { Channel, Notification } from '#features/notifications/contract.ts';
import { Time } from '#ui/format/time.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { Icon, type IconName } from '#ui/primitives/icon.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { useNotifications } from './queries.ts';
import { texts } from './texts/settings.ts';
import './notifications.css';

const words = texts.recent;

const icons: Record<Channel, IconName> = { page: 'info', email: 'message', webhook: 'link' };

/** The user's recent notifications and their delivery. */
export function RecentNotifications() {
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useNotifications();
  if (isPending) return <Waiting what={words.loading} />;
  if (!data) return <Failure error={error} onRetry={() => void refetch()} />;
  const all = data.pages.flatMap(({ notifications }) => notifications);
  if (all.length === 0)
    return (
      <Empty icon="message" title={words.emptyTitle}>
        {words.empty}
      </Empty>
    );
  return (
    <>
      <ul className="notifications">
        {all.map((notification) => (
          <NotificationRow key={notification.id} notification={notification} />
        ))}
      </ul>
      {hasNextPage && (
        <Button size="small" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {words.more}
        </Button>
      )}
    </>
  );
}

function NotificationRow({ notification }: { notification: Notification }) {
  const { channel, subject, path, status, reason, createdAt, nextAttemptAt, attempts } = notification;
  const outcome = words.outcomes[channel][status];
  return (
    <li className="notification">
      <Icon name={icons[channel]} />
      <div className="notification-text">
        <Link href={path}>{subject}</Link>
        <p className="muted" data-kind={status === 'failed' ? 'danger' : undefined}>
          <Time at={createdAt} /> · {reason ? words.reason(outcome, reason) : outcome}
          {status === 'waiting' && attempts > 0 && nextAttemptAt && <> {words.nextAttempt(<Time at={nextAttemptAt} />)}</>}
        </p>
      </div>
    </li>
  );
}
