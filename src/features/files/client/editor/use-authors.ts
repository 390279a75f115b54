/** Who wrote each line of an open file. */
import { useEffect, useState } from 'react';
import type { TextBuffer } from '../buffer.ts';
import type { Buffers } from '../buffers.ts';
import { useBlame } from '../history/queries.ts';
import { alignBlame } from './align-blame.ts';
import type { Authors } from './code-editor.tsx';

export function useAuthors(projectId: string, buffers: Buffers, path: string, buffer: TextBuffer, enabled: boolean) {
  const blame = useBlame(projectId, path, buffer.version, enabled);
  const { data } = blame;
  const [authors, setAuthors] = useState<Authors>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is typed moves the lines in the editor, which knows
  useEffect(() => {
    const fits = enabled && data && data.version === buffer.version;
    setAuthors(fits ? alignBlame(buffer.base, buffers.contentOf(path), data.lines) : undefined);
  }, [enabled, data, path, buffer.version]);
  return { authors, isLoading: blame.isPending && blame.fetchStatus !== 'idle', error: blame.error, partial: data?.complete === false };
}
