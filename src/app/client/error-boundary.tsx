import { Component, type ReactNode } from 'react';
import { Page } from '#ui/app/page.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { texts } from './texts.ts';

/** Catches an error while rendering a page, or a missing part of the client that a newer server version has replaced. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <Page>
        <Empty
          icon="alert"
          title={texts.failed.title}
          action={
            <Button kind="primary" icon="refresh" onClick={() => window.location.reload()}>
              {texts.failed.reload}
            </Button>
          }
        >
          {texts.failed.about}
        </Empty>
      </Page>
    );
  }
}
