/** Limits the event streams one person may have open in this process. */
import type { Response } from 'express';
import { tooManyStreams } from '#kernel/errors.ts';

export type StreamCap = ReturnType<typeof createStreamCap>;

export function createStreamCap(max: number) {
  const open = new Map<string, number>();

  return {
    /** Counts from before the stream opens until its response closes. @throws 429 `stream_limit_reached` */
    take(userId: string, response: Response): void {
      // A disconnected client needs no stream; its response will not close again.
      if (response.closed) return;
      const others = open.get(userId) ?? 0;
      if (others >= max) throw tooManyStreams(max);
      open.set(userId, others + 1);
      response.on('close', () => {
        const left = (open.get(userId) ?? 1) - 1;
        if (left > 0) open.set(userId, left);
        else open.delete(userId);
      });
    },
  };
}
