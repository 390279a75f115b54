import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { createPortal } from 'react-dom';

interface DialogProps {
  title: string;
  /** For screen readers only, if the content makes the title obvious. */
  titleHidden?: boolean;
  className?: string;
  onClose: () => void;
  children: ReactNode;
}

/** Modal while mounted; Escape and a click outside close it, and focus returns to where it was. */
export function Dialog({ title, titleHidden, className = '', onClose, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    // Closing restores focus, which removing the element would not.
    return () => dialog?.close();
  }, []);
  useLayoutEffect(() => {
    const dialog = ref.current;
    const onPress = (event: MouseEvent) => {
      if (event.target === dialog) onClose();
    };
    // The event is asynchronous: a dialog that was mounted twice may be open again by then.
    const onClosed = () => !dialog?.open && onClose();
    dialog?.addEventListener('mousedown', onPress);
    dialog?.addEventListener('close', onClosed);
    return () => {
      dialog?.removeEventListener('mousedown', onPress);
      dialog?.removeEventListener('close', onClosed);
    };
  }, [onClose]);
  // Not in place: if a narrow screen hides the pane, the dialog would be hidden too, and the page would ignore every click.
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
