import * as React from 'react';
import type { Run } from '../../api';
import type { IChartRenderer, IRunChart } from '../../model';

/** A chart that another extension draws. */
export function Registered(props: {
  renderer: IChartRenderer;
  runs: readonly Run[];
}): React.ReactElement {
  const host = React.useRef<HTMLDivElement>(null);
  const chart = React.useRef<IRunChart | null>(null);
  const { renderer, runs } = props;
  React.useEffect(() => {
    if (!host.current) {
      return;
    }
    const made = renderer.create(host.current);
    chart.current = made;
    made.update(runs);
    return () => {
      chart.current = null;
      made.dispose();
    };
  }, [renderer]);
  React.useEffect(() => chart.current?.update(runs), [runs]);
  return <div ref={host} data-renderer={renderer.id} />;
}
