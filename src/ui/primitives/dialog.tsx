import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { createPortal } from 'react-dom';

interface DialogProps {
  title: string;
  /** Read by screen readers only, where the content says it all. */
  titleHidden?: boolean;
  className?: string;
  onClose: () => void;
  children: ReactNode;
}

/** Modal for as long as it is mounted; Escape and a click beside it close it, focus goes back to where it was. */
export function Dialog({ title, titleHidden, className = '', onClose, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    // Closing gives focus back, which taking the element away would not.
    return () => dialog?.close();
  }, []);
  useLayoutEffect(() => {
    const dialog = ref.current;
    const onPress = (event: MouseEvent) => {
      if (event.target === dialog) onClose();
    };
    // The event comes late: by then a dialog that was mounted twice may be open again.
    const onClosed = () => !dialog?.open && onClose();
    dialog?.addEventListener('mousedown', onPress);
    dialog?.addEventListener('close', onClosed);
    return () => {
      dialog?.removeEventListener('mousedown', onPress);
      dialog?.removeEventListener('close', onClosed);
    };
  }, [onClose]);
  // Not where it is asked for: a pane that a narrow screen hides would hide it, and the page stay closed to every click.
  return createPortal(
    <dialog ref={ref} className={`dialog ${className}`} aria-labelledby={id}>
      {titleHidden ? (
        <>
          <h2 id={id} className="visually-hidden">
            {title}
          </h2>
          {children}
        </>
      ) : (
        <div className="dialog-body">
          <h2 id={id}>{title}</h2>
          {children}
        </div>
      )}
    </dialog>,
    document.body,
  );
}
