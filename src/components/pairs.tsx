import * as React from 'react';
import { decodeNumber, type Metric } from '../api';
import { formatNumber } from '../charts';
import { useExplorer } from './context';
import type { IFact } from './facts';
import { formatMetric } from './format';

interface IPair extends IFact {
  /** Found by Lightflow, not logged by the user. */
  automatic?: boolean;
}

/** Names and what they stand for. */
export function Pairs(props: { rows: readonly IPair[] }): React.ReactElement {
  return (
    <table className="jp-Lightflow-pairs">
      <tbody>
        {props.rows.map(({ key, value, automatic }, index) => (
          <tr key={index}>
            <Key title={key} automatic={automatic ?? false} />
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Of each metric the last value, and between which it was. */
export function MetricTable(props: {
  metrics: readonly Metric[];
}): React.ReactElement {
  const { trans } = useExplorer();
  return (
    <table className="jp-Lightflow-pairs jp-mod-numbers">
      <thead>
        <tr>
          <td />
          <th scope="col">{trans.__('Last')}</th>
          <th scope="col">{trans.__('Min')}</th>
          <th scope="col">{trans.__('Max')}</th>
        </tr>
      </thead>
      <tbody>
        {props.metrics.map(metric => (
          <tr key={metric.key}>
            <Key title={metric.key} automatic={metric.origin === 'auto'} />
            <td>{formatMetric(metric)}</td>
            <td>{boundText(metric.min)}</td>
            <td>{boundText(metric.max)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Key(props: { title: string; automatic: boolean }): React.ReactElement {
  const { trans } = useExplorer();
  return (
    <th scope="row" title={props.title}>
      {props.title}
      {props.automatic && (
        <small
          className="jp-Lightflow-auto"
          title={trans.__('Found by Lightflow in the cell')}
        >
          {trans.__('auto')}
        </small>
      )}
    </th>
  );
}

/** Servers of MLflow don't tell it. */
function boundText(value: Metric['min']): string {
  return value === null ? '–' : formatNumber(decodeNumber(value));
}
