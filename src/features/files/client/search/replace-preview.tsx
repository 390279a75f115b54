import { useState } from 'react';
import { Button, IconButton } from '#ui/primitives/button.tsx';
import { DiffView } from '#ui/primitives/diff-view.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { Note } from '#ui/primitives/note.tsx';
import { SingleFileDiff } from '#ui/primitives/single-file-diff.tsx';
import { markPath } from '#wire/hidden-characters.ts';
import { texts } from './texts.ts';
import type { Preview } from './use-replace.ts';

type PreviewedFile = Preview['files'][number];

interface ReplacePreviewProps {
  preview: Preview;
  /** The preview was made again, because files had changed. */
  outdated: boolean;
  /** Files with unsaved changes. */
  unsaved: readonly string[];
  busy: boolean;
  onReplace: (files: readonly PreviewedFile[]) => void;
  onBack: () => void;
}

/** Diffs of more files than this are opened one by one. */
const OPEN_DIFFS = 10;

/** What a replacement would change, file by file; files can be left out. */
export function ReplacePreview({ preview: { files, fileCount }, outdated, unsaved, busy, onReplace, onBack }: ReplacePreviewProps) {
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const flip = (set: ReadonlySet<string>, path: string) => {
    const next = new Set(set);
    if (!next.delete(path)) next.add(path);
    return next;
  };
  const chosen = files.filter(({ path }) => !left.has(path));
  const matches = chosen.reduce((sum, file) => sum + file.matches, 0);
  const dirty = chosen.filter(({ path }) => unsaved.includes(path)).length;
  return (
    <section className="replace" aria-label={texts.previewTitle}>
      <div className="replace-head">
        <label className="replace-all">
          <input
            type="checkbox"
            aria-label={texts.includeAll}
            disabled={files.length === 0}
            checked={chosen.length > 0 && left.size === 0}
            ref={(box) => {
              if (box) box.indeterminate = chosen.length > 0 && chosen.length < files.length;
            }}
            onChange={(event) => setLeft(new Set(event.target.checked ? [] : files.map(({ path }) => path)))}
          />
          <output>{texts.chosen(matches, chosen.length)}</output>
        </label>
        <Button size="small" onClick={onBack}>
          {texts.back}
        </Button>
        <Button size="small" kind="primary" busy={busy} disabled={chosen.length === 0} onClick={() => onReplace(chosen)}>
          {texts.replace(matches)}
        </Button>
      </div>
      {outdated && <Note kind="warn">{texts.outdated}</Note>}
      {dirty > 0 && <Note>{texts.unsaved(dirty)}</Note>}
      {fileCount > files.length && <Note>{texts.cut(files.length, fileCount)}</Note>}
      {files.length === 0 && (
        <Empty icon="search" title={texts.nothing}>
          {texts.nothingAbout}
        </Empty>
      )}
      <ul className="replace-files">
        {files.map((file, index) => (
          <PreviewedFileView
            key={file.path}
            file={file}
            included={!left.has(file.path)}
            open={index < OPEN_DIFFS !== toggled.has(file.path)}
            onInclude={() => setLeft(flip(left, file.path))}
            onToggle={() => setToggled(flip(toggled, file.path))}
          />
        ))}
      </ul>
    </section>
  );
}

interface PreviewedFileProps {
  file: PreviewedFile;
  included: boolean;
  open: boolean;
  onInclude: () => void;
  onToggle: () => void;
}

function PreviewedFileView({ file: { path, matches, diff }, included, open, onInclude, onToggle }: PreviewedFileProps) {
  const title = markPath(path);
  return (
    <li className="replace-file" data-left={!included || undefined}>
      <div className="replace-file-head">
        <input type="checkbox" aria-label={texts.include(title)} checked={included} onChange={onInclude} />
        <span className="truncate" title={title}>
          {title}
        </span>
        <span className="search-count numeric">{texts.inFile(matches)}</span>
        <IconButton
          size="small"
          icon={open ? 'up' : 'down'}
          label={open ? texts.hideDiff(title) : texts.showDiff(title)}
          aria-expanded={open}
          onClick={onToggle}
        />
      </div>
      {open &&
        (diff.diff === null ? <SingleFileDiff reason={diff.reason ?? 'too_large'} file={undefined} /> : <DiffView diff={diff.diff} />)}
    </li>
  );
}
