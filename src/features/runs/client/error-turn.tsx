import type { Turn } from '#features/runs/conversation.ts';
import { LinkButton } from '#ui/app/link-button.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Note } from '#ui/primitives/note.tsx';
import { useRunContext } from './run-context.ts';
import { texts } from './texts/conversation.ts';

const words = texts.error;

/** Errors that the model settings can help with. */
const ofModels = new Set(['provider_refused', 'model_unknown', 'provider_unreachable', 'key_budget_reached']);

const ofBudgets = new Set(['budget_reached', 'daily_budget_reached']);

/** An error, and a way forward if there is one. Retrying is in the run's head, where it stays visible while it applies. */
export function ErrorTurn({ turn: { code, message, seq } }: { turn: Extract<Turn, { kind: 'error' }> }) {
  const { editable, failedAt, onRetry, onRetryWithModel } = useRunContext();
  const isNewest = seq === failedAt;
  const actions = (
    <>
      {editable && isNewest && (
        <Button size="small" icon="refresh" onClick={onRetry}>
          {code === 'budget_reached' ? words.raiseBudget : words.tryAgain}
        </Button>
      )}
      {editable && isNewest && !ofBudgets.has(code) && (
        <Button size="small" onClick={onRetryWithModel}>
          {words.otherModel}
        </Button>
      )}
      {ofModels.has(code) && (
        <LinkButton size="small" href="/settings/models">
          {words.modelSettings}
        </LinkButton>
      )}
      {code === 'daily_budget_reached' && (
        <LinkButton size="small" href="/settings/agent-permissions">
          {words.policy}
        </LinkButton>
      )}
    </>
  );
  return (
    <div className="turn">
      <Note kind="danger" actions={actions}>
        {message}
      </Note>
    </div>
  );
}
