import * as React from 'react';
import type { DocumentInfo, Run } from '../api';
import { Verdict, WhatChanged } from './aftermath';
import { ArtifactFolder, DownloadAll } from './artifacts';
import { useExplorer } from './context';
import { Datasets } from './datasets';
import { formatBytes, formatDuration, formatParam } from './format';
import { useRequest } from './hooks';
import { Note } from './note';
import { MetricTable, Pairs } from './pairs';
import { ReproductionMark, RunActions } from './runActions';
import { RunDocument } from './runDocument';
import { ErrorState, Hint, StatusSign } from './states';
import { Tags } from './tags';

/** All that is known of the run in focus. */
export function DetailsTab(): React.ReactElement {
  const { model, trans } = useExplorer();
  const run = model.selection.focused;
  if (run === null) {
    return <Hint>{trans.__('Click on a run to see its details.')}</Hint>;
  }
  return <Details key={run.run_id} run={run} />;
}

function Details(props: { run: Run }): React.ReactElement {
  const { model, trans } = useExplorer();
  const { run } = props;
  const { data, error } = useRequest(
    () => model.client.run(run.run_id),
    [run.run_id, run.status]
  );
  const documents = data?.documents ?? [];
  return (
    <div className="jp-Lightflow-details">
      <h3>
        <StatusSign status={run.status} /> {run.run_name}{' '}
        <ReproductionMark run={run} />
      </h3>
      <RunActions run={run} />
      <p className="jp-Lightflow-faint">
        {new Date(run.start_time).toLocaleString()} ·{' '}
        {formatDuration(run, Date.now())} · {run.user_id}
        {run.source_name && ` · ${run.source_name}`}
        {run.attempt > 0 && ` · ${trans.__('attempt %1', run.attempt)}`}
      </p>
      {run.error && (
        <pre className="jp-Lightflow-message" role="alert">
          {run.error.type}: {run.error.message}
        </pre>
      )}
      {run.dropped > 0 && (
        <p className="jp-Lightflow-message">
          {trans.__('%1 records could not be kept.', run.dropped)}
        </p>
      )}
      <Tags run={run} />
      <Note run={run} />
      {documents.some(document => document.kind === 'verdict') && (
        <Verdict run_id={run.run_id} />
      )}
      {run.attempt > 1 && <WhatChanged run={run} />}
      {error && <ErrorState error={error} />}
      <Section title={trans.__('Params')} count={run.params.length} open>
        <Pairs
          rows={run.params.map(param => ({
            key: param.key,
            value: formatParam(param),
            automatic: param.origin === 'auto'
          }))}
        />
      </Section>
      <Section title={trans.__('Metrics')} count={run.metrics.length} open>
        <MetricTable metrics={run.metrics} />
      </Section>
      <Section
        title={trans.__('Datasets')}
        count={data?.datasets.length ?? 0}
        open
      >
        <Datasets datasets={data?.datasets ?? []} />
      </Section>
      <Section
        title={trans.__('Artifacts')}
        count={data?.artifact_count ?? 0}
        open
      >
        <ArtifactFolder run_id={run.run_id} path="" />
        <DownloadAll run_id={run.run_id} />
      </Section>
      {sorted(documents.filter(({ kind }) => kind !== 'verdict')).map(
        document => (
          <Section
            key={document.kind}
            title={titleOf(document.kind, trans.__.bind(trans))}
            note={formatBytes(document.size_bytes)}
            open={document.kind === 'source'}
          >
            <RunDocument run_id={run.run_id} kind={document.kind} />
          </Section>
        )
      )}
      <p className="jp-Lightflow-faint">{run.run_id}</p>
    </div>
  );
}

function Section(props: {
  title: string;
  count?: number;
  note?: string;
  open?: boolean;
  children: React.ReactNode;
}): React.ReactElement | null {
  const [open, setOpen] = React.useState(props.open ?? false);
  if (props.count === 0) {
    return null;
  }
  return (
    <details
      className="jp-Lightflow-group"
      open={open}
      onToggle={event => setOpen((event.target as HTMLDetailsElement).open)}
    >
      <summary>
        {props.title}{' '}
        <span className="jp-Lightflow-faint">
          {props.count ?? props.note ?? ''}
        </span>
      </summary>
      {open && props.children}
    </details>
  );
}

const ORDER = ['source', 'stdout', 'stderr', 'git', 'git_diff', 'environment'];

function sorted(documents: readonly DocumentInfo[]): DocumentInfo[] {
  const place = (kind: string): number =>
    (ORDER.indexOf(kind) + ORDER.length + 1) % (ORDER.length + 1);
  return [...documents].sort((a, b) => place(a.kind) - place(b.kind));
}

function titleOf(kind: string, __: (text: string) => string): string {
  switch (kind) {
    case 'source':
      return __('Code');
    case 'stdout':
      return __('Printed');
    case 'stderr':
      return __('Printed to stderr');
    case 'git':
      return __('Git');
    case 'git_diff':
      return __('Changes not committed');
    case 'environment':
      return __('Environment');
    case 'cells':
      return __('Cells of the run');
    case 'slice':
      return __('Cells it stood on');
    case 'reproduction':
      return __('Reproduction');
    default:
      return kind;
  }
}
