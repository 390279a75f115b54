import { exportRun, type Run } from '#features/runs/contract.ts';
import { copyText } from '#ui/primitives/copy-button.tsx';
import { Menu, type MenuItem } from '#ui/primitives/menu.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { urlOf } from '#wire/call.ts';

interface RunMenuProps {
  run: Run;
  onUndo: (() => void) | undefined;
}

export function RunMenu({ run, onUndo }: RunMenuProps) {
  const copyLink = async () => {
    const link = `${location.origin}/projects/${run.projectId}?run=${run.id}`;
    if (await copyText(link)) showToast('The link to this run is copied.');
    else showToast(`The browser does not let this page copy. The link is ${link}`, { kind: 'danger' });
  };
  const exportAs = (format: 'markdown' | 'json') => urlOf(exportRun, { params: { runId: run.id }, query: { format } });
  const items: MenuItem[] = [
    ...(onUndo ? [{ label: 'Undo all changes', icon: 'undo', onSelect: onUndo } as const] : []),
    { label: 'Copy link', icon: 'link', onSelect: () => void copyLink() },
    { label: 'Export as Markdown', icon: 'download', download: exportAs('markdown') },
    { label: 'Export as JSON', icon: 'download', download: exportAs('json') },
  ];
  return <Menu label="More about this run" items={items} />;
}
