import * as React from 'react';
import type { Dataset } from '../api';
import { datasetRecord } from '../view';
import { useExplorer } from './context';
import type { IFact } from './facts';
import { Pairs } from './pairs';

/** Data that a run used, and what their columns are. */
export function Datasets(props: {
  datasets: readonly Dataset[];
}): React.ReactElement {
  const { trans } = useExplorer();
  const { datasets } = props;
  return (
    <>
      <Pairs
        rows={Object.entries(datasetRecord(datasets)).map(([key, value]) => ({
          key,
          value
        }))}
      />
      {datasets.map((dataset, index) => {
        const columns = columnsOf(dataset);
        return columns.length === 0 ? null : (
          <details key={index}>
            <summary>{trans.__('Columns of %1', dataset.name)}</summary>
            <Pairs rows={columns} />
          </details>
        );
      })}
    </>
  );
}

/** Columns with their types, where the schema is a table's. */
function columnsOf({ schema }: Dataset): IFact[] {
  try {
    const { mlflow_colspec } = JSON.parse(schema ?? '{}') as {
      mlflow_colspec?: { name?: unknown; type?: unknown }[];
    };
    return (mlflow_colspec ?? []).map(({ name, type }) => ({
      key: String(name ?? ''),
      value: String(type ?? '')
    }));
  } catch {
    return [];
  }
}
