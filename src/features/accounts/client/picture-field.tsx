import { type ChangeEvent, useEffect, useRef, useState } from 'react';
import type { User } from '#features/accounts/contract.ts';
import { Avatar } from '#ui/primitives/avatar.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { FormDialog } from '#ui/primitives/form-dialog.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { useDeletePicture, usePutPicture } from './account-queries.ts';
import { shrinkPicture } from './shrink-picture.ts';
import { texts } from './texts/settings.ts';
import './picture-field.css';

const words = texts.picture;

export function PictureField({ user }: { user: User }) {
  const input = useRef<HTMLInputElement>(null);
  const [chosen, setChosen] = useState<Blob>();
  const remove = useDeletePicture();
  const choose = async (event: ChangeEvent<HTMLInputElement>) => {
    const field = event.currentTarget;
    const [file] = field.files ?? [];
    if (!file) return;
    try {
      setChosen(await shrinkPicture(file));
    } catch {
      showToast(words.unreadable, { kind: 'danger' });
    }
    // Choosing the same file again is a change too.
    field.value = '';
  };
  return (
    <div className="picture-field">
      <Avatar name={user.name} picture={user.picture} size="large" />
      <div>
        <p className="picture-name">{user.name}</p>
        <p className="muted">{words.about}</p>
        <div className="picture-actions">
          <Button onClick={() => input.current?.click()}>{user.picture === undefined ? words.upload : words.replace}</Button>
          {user.picture !== undefined && (
            <Button
              kind="quiet"
              busy={remove.isPending}
              onClick={() => remove.mutate(undefined, { onSuccess: () => showToast(words.removed) })}
            >
              {words.remove}
            </Button>
          )}
          <input ref={input} type="file" accept="image/*" aria-label={words.file} hidden onChange={(event) => void choose(event)} />
        </div>
      </div>
      {chosen && <PreviewDialog picture={chosen} name={user.name} onClose={() => setChosen(undefined)} />}
    </div>
  );
}

function PreviewDialog({ picture, name, onClose }: { picture: Blob; name: string; onClose: () => void }) {
  const put = usePutPicture();
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(picture);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [picture]);
  const submit = () =>
    put.mutate(picture, {
      onSuccess: () => {
        showToast(words.saved);
        onClose();
      },
    });
  return (
    <FormDialog title={words.previewTitle} action={words.save} busy={put.isPending} onSubmit={submit} onClose={onClose}>
      <div className="picture-preview">
        {url !== undefined && <img src={url} alt={words.previewAlt} />}
        <Avatar name={name} picture={url} />
      </div>
      <Failure error={put.error} />
    </FormDialog>
  );
}
