import { useState } from 'react';
import { MAX_POINT_NAME, type Point } from '#features/files/history-contract.ts';
import { fieldError } from '#ui/format/explain.ts';
import { Time } from '#ui/format/time.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Field } from '#ui/primitives/field.tsx';
import { FormDialog } from '#ui/primitives/form-dialog.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { Menu } from '#ui/primitives/menu.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { exportUrl } from '../upload/links.ts';
import { useCreatePoint, useDeletePoint, usePoints } from './queries.ts';
import type { Shown } from './shown.ts';
import { texts } from './texts.ts';

interface PointsProps {
  projectId: string;
  editable: boolean;
  onShow: (shown: Shown) => void;
  onAdd: () => void;
}

/** The named states of a project. */
export function Points({ projectId, editable, onShow, onAdd }: PointsProps) {
  const { data: points = [], error, refetch } = usePoints(projectId);
  const words = texts.points;
  return (
    <details className="points" open={points.length > 0 && points.length <= 5}>
      <summary>
        {words.title} <span className="muted numeric">{points.length}</span>
      </summary>
      <Failure error={error} onRetry={() => void refetch()} />
      {points.length === 0 && <p className="muted">{words.none}</p>}
      <ul>
        {points.map((point) => (
          <PointItem key={point.id} projectId={projectId} point={point} editable={editable} onShow={onShow} />
        ))}
      </ul>
      {editable && (
        <Button kind="quiet" size="small" icon="plus" onClick={onAdd}>
          {words.add}
        </Button>
      )}
    </details>
  );
}

function PointItem({ projectId, point, editable, onShow }: { point: Point } & Omit<PointsProps, 'onAdd'>) {
  const { name, at, createdAt, createdBy } = point;
  const words = texts.points;
  const remove = useDeletePoint(projectId);
  const create = useCreatePoint(projectId);
  const items = [
    ...(editable ? [{ label: texts.menu.restore, icon: 'history', onSelect: () => onShow({ kind: 'restore', at }) } as const] : []),
    { label: texts.menu.download, icon: 'download', download: exportUrl(projectId, { at }) } as const,
    ...(editable
      ? [
          {
            label: words.remove,
            icon: 'trash',
            kind: 'danger',
            separated: true,
            onSelect: () =>
              remove.mutate(point.id, {
                onSuccess: () =>
                  showToast(words.removed(name), { action: { label: words.undo, onSelect: () => create.mutate({ name, at }) } }),
              }),
          } as const,
        ]
      : []),
  ];
  return (
    <li className="timeline-item">
      <button type="button" className="timeline-show" onClick={() => onShow({ kind: 'compare', from: at, to: undefined })}>
        <span className="timeline-point">
          <Icon name="flag" />
          {name}
        </span>
        <span className="timeline-who">
          {createdBy && <span>{words.by(createdBy.name)}</span>}
          <Time at={createdAt} />
        </span>
      </button>
      <Menu label={words.actions(name)} items={items} />
    </li>
  );
}

interface NameDialogProps {
  projectId: string;
  /** Undefined: the state as it is now. */
  at: number | undefined;
  onClose: () => void;
}

/** Gives a state of the project a name. */
export function NameDialog({ projectId, at, onClose }: NameDialogProps) {
  const words = texts.points;
  const [name, setName] = useState('');
  const create = useCreatePoint(projectId);
  const submit = () =>
    create.mutate(at === undefined ? { name } : { name, at }, {
      onSuccess: (point) => {
        showToast(words.added(point.name));
        onClose();
      },
    });
  const error = fieldError(create.error, 'name');
  return (
    <FormDialog
      title={at === undefined ? words.addNow : words.addAt(texts.number(at))}
      action={words.action}
      busy={create.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      {error === undefined && <Failure error={create.error} />}
      <Field
        label={words.name}
        placeholder={words.placeholder}
        maxLength={MAX_POINT_NAME}
        value={name}
        autoFocus
        error={error}
        onChange={(event) => setName(event.target.value)}
      />
    </FormDialog>
  );
}
