import { Component, type ReactNode } from 'react';

interface PlotBoundaryProps {
  children: ReactNode;
  /** Shown in place of the lines once they have failed. */
  fallback: ReactNode;
}

/** Lines that cannot be loaded or drawn cost themselves, not the page. */
export class PlotBoundary extends Component<PlotBoundaryProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? this.props.fallback : this.props.children;
  }
}
