import { Component, type ReactNode } from 'react';

interface FallbackProps {
  /** Shown if rendering the children fails. */
  to: ReactNode;
  children: ReactNode;
}

/** Contains a rendering error to one part of a page. */
export class Fallback extends Component<FallbackProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? this.props.to : this.props.children;
  }
}
