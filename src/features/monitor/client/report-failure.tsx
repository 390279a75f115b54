import { Empty } from '#ui/empty.tsx';
import { explain, hasCode } from '#ui/explain.ts';
import { Failure } from '#ui/note.tsx';

/** Not to be allowed is no failure: it is said calmly, with whom to ask. */
export function ReportFailure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  if (!hasCode(error, 'operator_only')) return <Failure error={error} {...(onRetry && { onRetry })} />;
  return (
    <Empty icon="person" title="Load reports are for operators">
      {explain(error)}
    </Empty>
  );
}
