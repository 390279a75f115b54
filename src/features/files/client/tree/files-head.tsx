import { IconButton } from '#ui/primitives/button.tsx';
import { Menu, type MenuItem } from '#ui/primitives/menu.tsx';
import { exportUrl } from '../upload/links.ts';
import { texts } from './texts.ts';

interface FilesHeadProps {
  projectId: string;
  editable: boolean;
  /** Undefined if no file is open. */
  onReveal: (() => void) | undefined;
  onCollapse: () => void;
  onNew: (type: 'file' | 'directory') => void;
  onUpload: (what: 'files' | 'folder' | 'zip') => void;
}

export function FilesHead({ projectId, editable, onReveal, onCollapse, onNew, onUpload }: FilesHeadProps) {
  const uploads: MenuItem[] = [
    { label: texts.uploadFiles, icon: 'file', onSelect: () => onUpload('files') },
    { label: texts.uploadFolder, icon: 'folder', onSelect: () => onUpload('folder') },
    { label: texts.importZip, icon: 'inbox', onSelect: () => onUpload('zip') },
  ];
  const others: MenuItem[] = [
    ...(onReveal ? [{ label: texts.revealOpen, icon: 'search', onSelect: onReveal } as const] : []),
    { label: texts.collapse, icon: 'updown', onSelect: onCollapse },
    { label: texts.downloadProject, icon: 'download', download: exportUrl(projectId), separated: true },
  ];
  return (
    <div className="pane-head">
      <h2>{texts.title}</h2>
      <div className="files-actions">
        {editable && (
          <>
            <IconButton size="small" icon="filePlus" label={texts.newFile} onClick={() => onNew('file')} />
            <IconButton size="small" icon="folderPlus" label={texts.newFolder} onClick={() => onNew('directory')} />
            <Menu label={texts.upload} icon="upload" items={uploads} />
          </>
        )}
        <Menu label={texts.more} items={others} />
      </div>
    </div>
  );
}
