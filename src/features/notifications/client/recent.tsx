import { Link } from 'wouter';
import type { Channel, Notification } from '#features/notifications/contract.ts';
import { Time } from '#ui/format/time.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { Icon, type IconName } from '#ui/primitives/icon.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { describeOutcome } from './notification-labels.ts';
import { useNotifications } from './queries.ts';
import './notifications.css';

const icons: Record<Channel, IconName> = { page: 'info', email: 'message', webhook: 'link' };

/** The user's recent notifications and their delivery. */
export function RecentNotifications() {
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useNotifications();
  if (isPending) return <Waiting what="Loading what you were told" />;
  if (!data) return <Failure error={error} onRetry={() => void refetch()} />;
  const all = data.pages.flatMap(({ notifications }) => notifications);
  if (all.length === 0)
    return (
      <Empty icon="message" title="You were told nothing yet">
        Choose above what you want to hear of, and send yourself a test. What is told stays here for 30 days.
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
          Show older ones
        </Button>
      )}
    </>
  );
}

function NotificationRow({ notification }: { notification: Notification }) {
  const { channel, subject, path, status, reason, createdAt, nextAttemptAt, attempts } = notification;
  return (
    <li className="notification">
      <Icon name={icons[channel]} />
      <div className="notification-text">
        <Link href={path}>{subject}</Link>
        <p className="muted" data-kind={status === 'failed' ? 'danger' : undefined}>
          <Time at={createdAt} /> · {describeOutcome(notification)}
          {reason && `: ${reason}`}
          {status === 'waiting' && attempts > 0 && nextAttemptAt && (
            <>
              {' '}
              Next attempt <Time at={nextAttemptAt} />.
            </>
          )}
        </p>
      </div>
    </li>
  );
}
