import { explain } from '#ui/format/explain.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { useTestNotification } from './queries.ts';
import { texts } from './texts/settings.ts';

interface TestButtonProps {
  channel: 'email' | 'webhook';
  label: string;
  disabled?: boolean;
}

/** Sends a test message and shows the outcome next to the button. */
export function TestButton({ channel, label, disabled = false }: TestButtonProps) {
  const test = useTestNotification();
  const reason = test.error ? explain(test.error) : test.data?.reason;
  return (
    <div className="notification-test">
      <Button size="small" busy={test.isPending} disabled={disabled} onClick={() => test.mutate(channel)}>
        {label}
      </Button>
      <p role="status" data-kind={reason ? 'danger' : 'ok'}>
        {test.isPending || !(test.data || test.error) ? null : (
          <>
            <Icon name={reason ? 'alert' : 'check'} />
            {reason ?? texts[channel].tested}
          </>
        )}
      </p>
    </div>
  );
}
