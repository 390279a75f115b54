import { isatty } from 'node:tty';

const startedInTerminal = isatty(0);

/**
 * SIGHUP means either that settings should be reread (`systemctl reload`, log rotation) or that the terminal the server was started in is
 * gone. Only the latter ends a server.
 */
export function onSighup({ stop, reload }: { stop(): void; reload(): void }): void {
  process.on('SIGHUP', () => {
    if (startedInTerminal && !isatty(0)) stop();
    else reload();
  });
}
