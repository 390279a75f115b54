import type { Backup } from '#features/backups/contract.ts';
import { CopyButton } from '#ui/primitives/copy-button.tsx';
import { texts } from './texts.ts';

/** @param newest complete backup, which the command names */
export function RestoreCommand({ newest }: { newest: Backup | undefined }) {
  if (!newest?.name) return null;
  const path = `${newest.location.replace(/\/+$/, '')}/${newest.name}`;
  const command = texts.restoreCommand(/^[\w./:@-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`);
  return (
    <section aria-labelledby="restore-command">
      <h2 id="restore-command">{texts.restoreTitle}</h2>
      <p className="muted">{texts.restore}</p>
      <p className="backups-command">
        <code>{command}</code>
        <CopyButton label={texts.copyCommand} text={() => command} />
      </p>
    </section>
  );
}
