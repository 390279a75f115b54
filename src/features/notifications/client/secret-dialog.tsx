import { Button } from '#ui/primitives/button.tsx';
import { CopyButton } from '#ui/primitives/copy-button.tsx';
import { Dialog } from '#ui/primitives/dialog.tsx';

/** The only time the secret is shown. */
export function SecretDialog({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <Dialog title="The secret of your webhook" onClose={onClose}>
      <div className="stack">
        <p>Your server checks with it that a message is from here. It is shown this once: copy it now.</p>
        <div className="notification-secret">
          <code>{secret}</code>
          <CopyButton label="Copy the secret" text={() => secret} />
        </div>
        <div className="dialog-actions">
          <Button kind="primary" onClick={onClose}>
            Done
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
