import { exportRun, type Run } from '#features/runs/contract.ts';
import { copyText } from '#ui/primitives/copy-button.tsx';
import { Menu, type MenuItem } from '#ui/primitives/menu.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { urlOf } from '#wire/call.ts';
import { texts } from './texts/run.ts';

const words = texts.menu;

interface RunMenuProps {
  run: Run;
  onUndo: (() => void) | undefined;
}

export function RunMenu({ run, onUndo }: RunMenuProps) {
  const copyLink = async () => {
    const link = `${location.origin}/projects/${run.projectId}?run=${run.id}`;
    if (await copyText(link)) showToast(words.copied);
    else showToast(words.notCopied(link), { kind: 'danger' });
  };
  const exportAs = (format: 'markdown' | 'json') => urlOf(exportRun, { params: { runId: run.id }, query: { format } });
  const items: MenuItem[] = [
    ...(onUndo ? [{ label: words.undo, icon: 'undo', onSelect: onUndo } as const] : []),
    { label: words.copyLink, icon: 'link', onSelect: () => void copyLink() },
    { label: words.markdown, icon: 'download', download: exportAs('markdown') },
    { label: words.json, icon: 'download', download: exportAs('json') },
  ];
  return <Menu label={words.label} items={items} />;
}
