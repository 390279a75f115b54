import { isatty } from 'node:tty';

const startedInTerminal = isatty(0);

/**
 * SIGHUP says that settings are to be read again (`systemctl reload`, log rotation), or that the terminal in which this was started is
 * gone. Only the latter ends a server.
 */
export function onSighup({ stop, reload }: { stop(): void; reload(): void }): void {
  process.on('SIGHUP', () => {
    if (startedInTerminal && !isatty(0)) stop();
    else reload();
  });
}
