import { useEffect, useState } from 'react';
import { hasCode } from '../format/explain.ts';

/** @returns the error while it applies: a connection error no longer does once the connection is back */
export function usePersistentError(error: unknown): unknown {
  const [ended, setEnded] = useState<unknown>();
  useEffect(() => {
    if (!hasCode(error, 'unreachable')) return;
    const end = () => setEnded(error);
    window.addEventListener('online', end);
    return () => window.removeEventListener('online', end);
  }, [error]);
  return error === ended ? undefined : error;
}
