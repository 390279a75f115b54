import { Button } from '#ui/primitives/button.tsx';
import { CopyButton } from '#ui/primitives/copy-button.tsx';
import { Dialog } from '#ui/primitives/dialog.tsx';
import { texts } from './texts/settings.ts';

const words = texts.webhook;

/** The only time the secret is shown. */
export function SecretDialog({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <Dialog title={words.secret} onClose={onClose}>
      <div className="stack">
        <p>{words.secretAbout}</p>
        <div className="notification-secret">
          <code>{secret}</code>
          <CopyButton label={words.copySecret} text={() => secret} />
        </div>
        <div className="dialog-actions">
          <Button kind="primary" onClick={onClose}>
            {words.done}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
