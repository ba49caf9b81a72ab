import type { ISignal } from '@lumino/signaling';
import * as React from 'react';

/** Draw again at once whenever the signal is emitted. */
export function useSignal<T, U>(signal: ISignal<T, U>): void {
  const [, draw] = React.useReducer((count: number) => count + 1, 0);
  React.useEffect(() => {
    signal.connect(draw);
    return () => {
      signal.disconnect(draw);
    };
  }, [signal]);
}

/** Draw again when the signal is emitted with a fitting value, at most once a frame. */
export function useFrequentSignal<T, U>(
  signal: ISignal<T, U>,
  fits: (value: U) => boolean
): void {
  const [, draw] = React.useReducer((count: number) => count + 1, 0);
  const filter = React.useRef(fits);
  filter.current = fits;
  React.useEffect(() => {
    let frame = 0;
    const onEmit = (_: T, value: U): void => {
      if (frame === 0 && filter.current(value)) {
        frame = requestAnimationFrame(() => {
          frame = 0;
          draw();
        });
      }
    };
    signal.connect(onEmit);
    return () => {
      cancelAnimationFrame(frame);
      signal.disconnect(onEmit);
    };
  }, [signal]);
}

/** What a request answers, loaded again when `keys` change; the answer to an old one is dropped. */
export function useRequest<T>(
  request: () => Promise<T>,
  keys: readonly unknown[]
): { data: T | null; error: Error | null } {
  const [state, setState] = React.useState<{
    data: T | null;
    error: Error | null;
  }>({
    data: null,
    error: null
  });
  React.useEffect(() => {
    let current = true;
    request().then(
      data => current && setState({ data, error: null }),
      (error: unknown) =>
        current &&
        setState({
          data: null,
          error: error instanceof Error ? error : new Error(String(error))
        })
    );
    return () => {
      current = false;
    };
  }, keys);
  return state;
}
