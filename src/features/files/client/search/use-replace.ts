import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { previewReplacement, replaceInFiles } from '#features/files/search-contract.ts';
import { call } from '#ui/app/call.ts';
import { showFailure, showToast } from '#ui/primitives/toast.tsx';
import { hasStatus } from '#wire/call.ts';
import type { ReplyOf } from '#wire/contract.ts';
import { refreshFiles } from '../queries.ts';
import type { Undo } from '../undo/use-undo.ts';
import { texts } from './texts.ts';
import { toBody, type Wanted } from './wanted.ts';

export type Preview = ReplyOf<typeof previewReplacement>['body'];

interface ReplaceOptions {
  projectId: string;
  wanted: Wanted;
  replacement: string;
  undo: Undo;
  /** The files have been changed. */
  onReplaced: () => void;
}

/** Previews a replacement, and carries it out in the files that were chosen in the preview. */
export function useReplace({ projectId, wanted, replacement, undo, onReplaced }: ReplaceOptions) {
  const client = useQueryClient();
  const params = { projectId };
  const [outdated, setOutdated] = useState(false);
  const preview = useMutation({
    mutationFn: async () => (await call(previewReplacement, { params, body: toBody(wanted, replacement) })).body,
    meta: { inline: true },
  });
  const replace = useMutation({
    mutationFn: async (files: Preview['files']) => {
      const named = files.map(({ path, version }) => ({ path, version }));
      return (await call(replaceInFiles, { params, body: { ...toBody(wanted, replacement), files: named } })).body;
    },
    meta: { inline: true },
    onSuccess: ({ change, matches }) => {
      preview.reset();
      showToast(texts.replaced(matches, change.pathCount), {
        action: { label: texts.undo, onSelect: () => undo.undo(change, onReplaced) },
      });
      onReplaced();
    },
    onError: (error) => {
      if (!hasStatus(error, 412)) return showFailure(error);
      setOutdated(true);
      preview.mutate();
    },
    onSettled: () => refreshFiles(client, projectId),
  });
  return {
    preview,
    outdated,
    start: () => {
      setOutdated(false);
      preview.mutate();
    },
    replace: (files: readonly Preview['files'][number][]) => {
      setOutdated(false);
      replace.mutate([...files]);
    },
    busy: replace.isPending,
  };
}
