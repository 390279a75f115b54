import { useState } from 'react';
import type { Backup, BackupList } from '#features/backups/contract.ts';
import { formatBytes } from '#ui/format/figure.ts';
import { Time } from '#ui/format/time.tsx';
import { Button, IconButton } from '#ui/primitives/button.tsx';
import { DeleteDialog } from '#ui/primitives/delete-dialog.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { Scrolling } from '#ui/primitives/scrolling.tsx';
import { Tag } from '#ui/primitives/tag.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { useBackups, useDeleteBackup, useDownloadBackup, useMakeBackup } from './queries.ts';
import { RestoreCommand } from './restore-command.tsx';
import { RestoreTests } from './restore-tests.tsx';
import { texts } from './texts.ts';
import './backups.css';

/** The backups of the installation, for operators: made, downloaded and deleted here. Restoring is a command's alone. */
export function BackupsView() {
  const list = useBackups();
  const make = useMakeBackup();
  if (list.isPending) return <Waiting what={texts.loading} />;
  if (list.isError) return <Failure error={list.error} onRetry={() => void list.refetch()} />;
  const { backups, settings } = list.data;
  const complete = backups.filter(({ status }) => status === 'done');
  const busy = make.isPending || backups.some(({ status }) => status === 'running');
  const button = (
    <Button kind="primary" icon="download" busy={busy} onClick={() => make.mutate(undefined)}>
      {busy ? texts.making : texts.make}
    </Button>
  );
  return (
    <div className="backups">
      <div className="backups-head">
        <Settings settings={settings} />
        {button}
      </div>
      <Failure error={make.error} />
      {backups.length === 0 ? (
        <Empty icon="download" title={texts.emptyTitle}>
          {texts.empty}
        </Empty>
      ) : (
        <BackupTable backups={backups} />
      )}
      <RestoreCommand newest={complete.find(({ here }) => here) ?? complete[0]} />
      <RestoreTests test={list.data.restoreTest} whyNot={list.data.noRestoreTests} />
    </div>
  );
}

function Settings({ settings: { everyHours, keep, location, encrypted } }: Pick<BackupList, 'settings'>) {
  const place = <code>{location}</code>;
  const often = (hours: number) => (hours % 24 === 0 ? texts.everyDay(hours / 24) : texts.everyHour(hours));
  return (
    <p className="muted">
      {everyHours === null ? texts.notBySchedule(<code>BACKUP_TO</code>, place) : texts.bySchedule(often(everyHours), keep, place)}{' '}
      {!encrypted && texts.plain(<code>BACKUP_PASSPHRASE</code>)}
    </p>
  );
}

function BackupTable({ backups }: { backups: readonly Backup[] }) {
  const { columns } = texts;
  return (
    <Scrolling label={texts.table}>
      <table className="backups-table">
        <thead>
          <tr>
            <th scope="col">{columns.when}</th>
            <th scope="col">{columns.state}</th>
            <th scope="col" className="backups-figure">
              {columns.size}
            </th>
            <th scope="col">{columns.by}</th>
            <th scope="col">{columns.where}</th>
            <th scope="col">
              <span className="visually-hidden">{columns.actions}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {backups.map((backup) => (
            <BackupRow key={backup.id} backup={backup} />
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}

function BackupRow({ backup }: { backup: Backup }) {
  const { name, startedAt, bytes, reason, userName, location, host, encrypted, here } = backup;
  return (
    <tr>
      <th scope="row">
        <Time at={startedAt} />
      </th>
      <td>
        <State backup={backup} />
      </td>
      <td className="backups-figure">{bytes === null ? '–' : formatBytes(bytes)}</td>
      <td>{texts.reasons[reason](userName)}</td>
      <td>
        <span className="backups-name">{name ?? '–'}</span>
        <span className="backups-place">{host === null || here ? location : `${host}:${location}`}</span>
        {encrypted && <Tag>{texts.encrypted}</Tag>}
      </td>
      <td>
        <Actions backup={backup} />
      </td>
    </tr>
  );
}

function State({ backup: { status, readBytes, failure } }: { backup: Backup }) {
  if (status === 'running')
    return (
      <span className="backups-running">
        <span className="spinner" /> {texts.running(formatBytes(readBytes))}
      </span>
    );
  return (
    <>
      <Tag {...(status === 'failed' && { kind: 'danger' as const })}>{texts.states[status]}</Tag>
      {failure !== null && <p className="backups-failure">{failure}</p>}
    </>
  );
}

function Actions({ backup }: { backup: Backup }) {
  const { id, name, status, startedAt, host } = backup;
  const [deleting, setDeleting] = useState(false);
  const download = useDownloadBackup();
  const remove = useDeleteBackup();
  const named = name ?? startedAt;
  const here = backup.here || name === null;
  const words = here ? texts.deleteDialog : texts.removeDialog;
  if (status === 'running') return null;
  return (
    <div className="backups-actions">
      {name !== null && here && (
        <IconButton
          size="small"
          icon="download"
          label={texts.download(named)}
          busy={download.isPending}
          onClick={() => download.mutate({ id, name })}
        />
      )}
      <IconButton size="small" icon="trash" label={(here ? texts.delete : texts.remove)(named)} onClick={() => setDeleting(true)} />
      {deleting && (
        <DeleteDialog
          title={words.title}
          action={words.action}
          busy={remove.isPending}
          error={remove.error}
          onDelete={() => remove.mutate({ id, here }, { onSuccess: () => setDeleting(false) })}
          onClose={() => setDeleting(false)}
        >
          {words.about(named, host ?? '')}
        </DeleteDialog>
      )}
    </div>
  );
}
