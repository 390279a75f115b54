import { Component, type ReactNode } from 'react';

interface FallbackProps {
  /** What is shown instead, once drawing the rest has failed. */
  to: ReactNode;
  children: ReactNode;
}

/** A mistake in drawing one part of a page stays with that part. */
export class Fallback extends Component<FallbackProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? this.props.to : this.props.children;
  }
}
