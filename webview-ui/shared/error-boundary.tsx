import { Component, type ComponentChildren } from "preact";

interface ErrorBoundaryProps {
  fallback: ComponentChildren;
  children: ComponentChildren;
}

/** Keeps one part's failure from taking the page with it; the error goes to the console. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { failed: boolean }> {
  override state = { failed: false };

  override componentDidCatch(error: unknown): void {
    console.error(error);
    this.setState({ failed: true });
  }

  override render(): ComponentChildren {
    return this.state.failed ? this.props.fallback : this.props.children;
  }
}
