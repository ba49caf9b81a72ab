import * as React from 'react';
import type { Change, ChangesSince, Run } from '../api';
import { useExplorer } from './context';
import { useRequest } from './hooks';
import { ErrorState } from './states';

/** Whether the run can be had again from top to bottom, or what it leaned on. */
export function Verdict(props: { run_id: string }): React.ReactElement | null {
  const { model } = useExplorer();
  const { data, error } = useRequest(
    () => model.client.document(props.run_id, 'verdict'),
    [props.run_id]
  );
  if (error) {
    return <ErrorState error={error} />;
  }
  const [head, ...notes] = (data?.text ?? '').split('\n').filter(Boolean);
  if (head === undefined) {
    return null;
  }
  return (
    <div
      className="jp-Lightflow-verdict"
      data-clean={head.startsWith('Clean') || undefined}
    >
      <p>{head}</p>
      {notes.length > 0 && (
        <ul>
          {notes.map(note => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** What changed since the previous and the best attempt of the run's cell. */
export function WhatChanged(props: { run: Run }): React.ReactElement | null {
  const { model, trans } = useExplorer();
  const { run } = props;
  const { data, error } = useRequest(
    () => model.client.changes(run.run_id),
    [run.run_id, run.status]
  );
  if (error) {
    return <ErrorState error={error} />;
  }
  return (
    <>
      {data?.previous && (
        <Since
          since={data.previous}
          title={trans.__('Since attempt %1', data.previous.attempt)}
        />
      )}
      {data?.best && (
        <Since
          since={data.best}
          title={trans.__('Since the best, attempt %1', data.best.attempt)}
        />
      )}
    </>
  );
}

function Since(props: {
  since: ChangesSince;
  title: string;
}): React.ReactElement {
  const { trans } = useExplorer();
  const { changes, same_data, data_partly_read } = props.since;
  return (
    <details className="jp-Lightflow-group jp-Lightflow-changes">
      <summary>
        {props.title}{' '}
        <span className="jp-Lightflow-faint">{changes.length}</span>
      </summary>
      {changes.length === 0 && (
        <p className="jp-Lightflow-faint">{trans.__('Nothing changed.')}</p>
      )}
      {same_data && (
        <p className="jp-Lightflow-faint">
          {data_partly_read
            ? trans.__('The data are the same, as far as they were read.')
            : trans.__('The data are the same.')}
        </p>
      )}
      <table className="jp-Lightflow-pairs">
        <tbody>
          {changes.map((change, index) => (
            <tr key={index} data-better={change.is_better ?? undefined}>
              <th scope="row">{nameOf(change, text => trans.__(text))}</th>
              <td>
                {isCode(change) ? (
                  <pre className="jp-Lightflow-code">{lines(change)}</pre>
                ) : (
                  `${change.before || '–'} → ${change.now || '–'} ${change.note}`
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

function isCode(change: Change): boolean {
  return change.kind === 'code' || change.kind === 'slice';
}

function lines(change: Change): string {
  const marked = (text: string, mark: string): string[] =>
    text === '' ? [] : text.split('\n').map(line => `${mark} ${line}`);
  return [...marked(change.before, '−'), ...marked(change.now, '+')].join('\n');
}

function nameOf(change: Change, __: (text: string) => string): string {
  switch (change.kind) {
    case 'code':
      return __('Lines of the cell');
    case 'slice':
      return __('Lines of the cells before it');
    case 'git':
      return __('Commit');
    case 'package':
      return `${__('Package')} ${change.name}`;
    case 'data':
      return `${__('Data')} ${change.name}`;
    default:
      return change.name;
  }
}
