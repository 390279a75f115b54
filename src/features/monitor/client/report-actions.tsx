import { useCallback, useMemo } from 'react';
import type { LoadReport } from '#features/monitor/load-report.ts';
import { type Command, useCommands } from '#ui/app/commands.ts';
import { formatExact } from '#ui/format/time.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { useDeleteReport } from './deletion.ts';
import { texts } from './texts/list.ts';
import { texts as summary } from './texts/summary.ts';

export const nameOf = ({ test, startedAt }: LoadReport) => summary.name(summary.tests[test], formatExact(startedAt));

interface ReportActionsProps {
  report: LoadReport;
  /** Leaves the page, which has nothing left to show. */
  onDeleted: () => void;
}

export function ReportActions({ report, onDeleted }: ReportActionsProps) {
  const remove = useDeleteReport();
  const onDelete = useCallback(() => {
    remove(report.id, nameOf(report));
    onDeleted();
  }, [report, remove, onDeleted]);
  const onDownload = useCallback(() => download(report), [report]);
  useCommands(
    useMemo(
      (): Command[] => [
        { id: 'download-report', label: texts.commands.download, icon: 'download', run: onDownload },
        { id: 'delete-report', label: texts.commands.delete, icon: 'trash', run: onDelete },
      ],
      [onDelete, onDownload],
    ),
  );
  return (
    <div className="page-actions">
      <Button icon="download" onClick={onDownload}>
        {texts.download}
      </Button>
      <Button icon="trash" onClick={onDelete}>
        {texts.delete}
      </Button>
    </div>
  );
}

function download(report: LoadReport): void {
  const address = URL.createObjectURL(new Blob([JSON.stringify(report, null, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `${report.test}-${report.startedAt.slice(0, 19).replaceAll(':', '-')}.json`;
  link.click();
  URL.revokeObjectURL(address);
}
