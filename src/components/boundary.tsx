import * as React from 'react';
import { ErrorState } from './states';

/** Shows what went wrong in its place, where a part that throws would leave an empty panel. */
export class Boundary extends React.Component<
  { children: React.ReactNode },
  { error: Error | null }
> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): React.ReactNode {
    const { error } = this.state;
    return error === null ? (
      this.props.children
    ) : (
      <ErrorState
        error={error}
        onRetry={() => this.setState({ error: null })}
      />
    );
  }
}
