import { explain, hasCode } from '#ui/format/explain.ts';
import { Empty } from '#ui/primitives/empty.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { texts } from './texts/list.ts';

interface ReportFailureProps {
  error: unknown;
  onRetry?: () => void;
  /** Title for those who are not. */
  onlyOperators?: string;
}

/** A missing right is not a failure: the page explains it and says who to ask. */
export function ReportFailure({ error, onRetry, onlyOperators = texts.operatorsOnly }: ReportFailureProps) {
  if (!hasCode(error, 'operator_only')) return <Failure error={error} {...(onRetry && { onRetry })} />;
  return (
    <Empty icon="person" title={onlyOperators}>
      {explain(error)}
    </Empty>
  );
}
