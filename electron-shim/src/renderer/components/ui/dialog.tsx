import { Trans } from '@lingui/react/macro';
import { useEffect, useId, useRef, type ReactNode } from 'react';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';

interface DialogProps {
  title: ReactNode;
  onClose: () => void;
  children: ReactNode;
}

/**
 * A window over the page for as long as it is rendered. Escape and its button close it.
 *
 * The browser's own: it keeps the focus inside and gives it back, and unlike Radix's dialog it
 * writes no style sheet into the page, which the Content-Security-Policy forbids.
 */
export function Dialog({ title, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={titleId}
      className="m-auto max-h-[calc(100vh-4rem)] w-[min(36rem,calc(100vw-4rem))] rounded-lg border border-border bg-card p-0 text-card-foreground shadow-xl backdrop:bg-black/40"
      // Escape closes this, and not what is below as well.
      onKeyDown={(event) => event.stopPropagation()}
      onCancel={(event) => {
        // React decides what is rendered.
        event.preventDefault();
        onClose();
      }}
    >
      <header className="sticky top-0 flex items-center justify-between gap-4 border-b border-border bg-card py-3 pr-3 pl-6">
        <h2 id={titleId} className="text-base font-semibold">
          {title}
        </h2>
        <Button variant="ghost" onClick={onClose}>
          <Icon name="close" />
          <Trans>Close</Trans>
        </Button>
      </header>
      <div className="p-6">{children}</div>
    </dialog>
  );
}
