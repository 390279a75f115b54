import { Button } from '#ui/primitives/button.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { texts } from './texts.ts';

interface EmptyTreeProps {
  editable: boolean;
  onNew: () => void;
  onUpload: (what: 'files' | 'folder' | 'zip') => void;
}

/** A project without files says how to get some. */
export function EmptyTree({ editable, onNew, onUpload }: EmptyTreeProps) {
  if (!editable) {
    return (
      <Empty icon="file" title={texts.empty}>
        {texts.emptyReadOnly}
      </Empty>
    );
  }
  const actions = (
    <div className="empty-tree-actions">
      <Button icon="filePlus" onClick={onNew}>
        {texts.newFile}
      </Button>
      <Button icon="upload" onClick={() => onUpload('files')}>
        {texts.uploadFiles}
      </Button>
      <Button icon="folder" onClick={() => onUpload('folder')}>
        {texts.uploadFolder}
      </Button>
      <Button icon="inbox" onClick={() => onUpload('zip')}>
        {texts.importZip}
      </Button>
    </div>
  );
  return (
    <Empty icon="file" title={texts.empty} action={actions}>
      {texts.emptyAbout}
    </Empty>
  );
}
