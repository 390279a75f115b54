import { explain } from '#ui/format/explain.ts';
import { formatBytes, formatNumber } from '#ui/format/figure.ts';
import { Button, IconButton } from '#ui/primitives/button.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { markPath } from '#wire/hidden-characters.ts';
import { texts } from './texts.ts';
import { hasNotes, type Imported, isActive, type Upload } from './upload.ts';
import { canRetry, dismiss, explainUpload, retry } from './uploads.ts';
import './upload.css';

/** Lists are cut here; how many there are stands in their title. */
const SHOWN = 20;
/** So few are shown at once. */
const FEW = 3;

interface UploadPanelProps {
  uploads: readonly Upload[];
  onUndo: (upload: Upload, result: Imported) => void;
}

/** Uploads under way, and those about which there is something to say. */
export function UploadPanel({ uploads, onUndo }: UploadPanelProps) {
  const shown = uploads.filter((upload) => isActive(upload) || upload.state.kind === 'failed' || hasNotes(upload));
  if (shown.length === 0) return null;
  return (
    <section className="uploads" aria-label={texts.title}>
      {shown.map((upload) => (
        <UploadItem key={upload.id} upload={upload} onUndo={onUndo} />
      ))}
    </section>
  );
}

function UploadItem({ upload, onUndo }: { upload: Upload } & Pick<UploadPanelProps, 'onUndo'>) {
  const { id, state } = upload;
  return (
    <article className="upload" data-kind={state.kind}>
      {isActive(upload) && <Progress upload={upload} />}
      {state.kind === 'failed' && <Failed upload={upload} error={state.error} entries={state.entries} />}
      {state.kind === 'done' && (
        <Ended
          upload={upload}
          result={state.result}
          onUndo={state.result?.change ? () => state.result && onUndo(upload, state.result) : undefined}
        />
      )}
      <Listed title={texts.refusedTitle} items={upload.refused.map(({ path, reason }) => ({ path, about: reason }))} />
      {!isActive(upload) && <IconButton size="small" icon="close" label={texts.dismiss} onClick={() => dismiss(id)} />}
    </article>
  );
}

function Progress({ upload }: { upload: Upload }) {
  const { id, bytes, files, name, state } = upload;
  const done = state.kind === 'storing' ? bytes : 'bytes' in state ? Math.min(state.bytes, bytes) : 0;
  const percent = bytes === 0 ? (state.kind === 'storing' ? 100 : 0) : Math.floor((done / bytes) * 100);
  const sent = Math.floor((files * done) / Math.max(1, bytes));
  return (
    <>
      <div className="upload-head">
        <p aria-live="polite">{titleOf(upload, name, percent)}</p>
        <Button size="small" onClick={() => dismiss(id)}>
          {texts.cancel}
        </Button>
      </div>
      <progress
        aria-label={texts.progress(name)}
        max={100}
        {...(state.kind === 'reading' || state.kind === 'storing' ? {} : { value: percent })}
      />
      {state.kind === 'sending' && (
        <p className="upload-figures numeric">
          {texts.sendingFigures(formatBytes(done), formatBytes(bytes), percent)}
          {files > 1 && <span>{texts.sendingFiles(formatNumber(sent), formatNumber(files))}</span>}
        </p>
      )}
    </>
  );
}

function titleOf({ state }: Upload, name: string, percent: number): string {
  switch (state.kind) {
    case 'reading':
      return texts.reading(formatNumber(state.files));
    case 'preparing':
      return texts.preparing(name, percent);
    case 'storing':
      return texts.storing(name);
    default:
      return texts.sending(name);
  }
}

function Failed({ upload, error, entries }: { upload: Upload; error: unknown; entries: Upload['refused'] }) {
  const { id, bytes, name } = upload;
  return (
    <div role="alert">
      <p className="upload-title" data-kind="danger">
        <Icon name="alert" />
        {texts.failed(name)}
      </p>
      <p>{entries.length > 0 ? texts.entries : (explainUpload(error, bytes) ?? explain(error))}</p>
      <Listed title={texts.entriesTitle} items={entries.map(({ path, reason }) => ({ path, about: reason }))} />
      {canRetry(id, error) && (
        <Button size="small" icon="refresh" onClick={() => retry(id)}>
          {texts.retry}
        </Button>
      )}
    </div>
  );
}

function Ended({ upload, result, onUndo }: { upload: Upload; result: Imported | undefined; onUndo: (() => void) | undefined }) {
  if (!result) return null;
  const { counts, skipped, renamed, warnings } = result;
  return (
    <>
      <div className="upload-head">
        <p className="upload-title">
          <Icon name="check" />
          {describeResult(upload, result)}
        </p>
        {onUndo && (
          <Button size="small" onClick={onUndo}>
            {texts.undo}
          </Button>
        )}
      </div>
      <Listed
        title={texts.skippedTitle}
        count={counts.skipped}
        items={skipped.map(({ path, reason }) => ({ path, about: texts.skipped[reason] }))}
      />
      <Listed
        title={texts.renamedTitle}
        count={counts.renamed}
        items={renamed.map(({ from, to }) => ({
          path: from,
          about: from.normalize('NFC') === to ? texts.composed : texts.renamedTo(markPath(to)),
        }))}
      />
      <Listed
        title={texts.warningsTitle}
        count={counts.warnings}
        items={warnings.map(({ path, warning }) => ({ path, about: texts.warnings[warning] }))}
      />
    </>
  );
}

export function describeResult({ folder }: Pick<Upload, 'folder'>, { files, change }: Pick<Imported, 'files' | 'change'>): string {
  if (files > 0) return texts.done(formatNumber(files), files === 1, markPath(folder));
  return change ? texts.doneFolders(markPath(folder)) : texts.nothing;
}

interface ListedProps {
  title: (count: string, one: boolean) => string;
  /** If more than are listed. */
  count?: number;
  items: readonly { path: string; about: string }[];
}

function Listed({ title, items, count = items.length }: ListedProps) {
  if (count === 0) return null;
  const shown = items.slice(0, SHOWN);
  return (
    <details className="upload-list" open={count <= FEW}>
      <summary>
        <Icon name="chevron" />
        {title(formatNumber(count), count === 1)}
      </summary>
      <ul>
        {shown.map(({ path, about }) => (
          <li key={path}>
            <b>{markPath(path)}</b> {about}
          </li>
        ))}
        {count > shown.length && <li className="muted">{texts.more(formatNumber(count - shown.length))}</li>}
      </ul>
    </details>
  );
}
