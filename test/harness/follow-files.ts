/** A page's live stream, as far as it is about files. */
import { createParser } from 'eventsource-parser';
import { followApprovals } from '#features/inbox/contract.ts';
import { POSITION_EVENT } from '#wire/position.ts';
import type { Person } from './test-server.ts';

export interface ChangedFiles {
  projectId: string;
  /** Of the newest change. */
  number: number;
}

interface Following {
  /** Called once the stream is open. */
  onOpen?(): Promise<void>;
  /** @param position the last one that the stream has named */
  onFiles(changed: ChangedFiles, position: string | undefined): void;
  signal: AbortSignal;
}

/** Reads the stream until it ends. @throws if it breaks or is refused */
export async function followFiles(page: Person, { onOpen, onFiles, signal }: Following): Promise<void> {
  let position: string | undefined;
  const parser = createParser({
    onEvent({ event, data }) {
      if (event === POSITION_EVENT) position = data;
      if (event === 'files') onFiles(JSON.parse(data) as ChangedFiles, position);
    },
  });
  const response = await page.browser.fetch(followApprovals.path, { signal });
  if (!response.ok || !response.body) throw new Error(`the live stream answered ${response.status}`);
  await onOpen?.();
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) parser.feed(text);
}
