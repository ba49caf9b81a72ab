import * as React from 'react';
import type { ArtifactPreview as Preview } from '../api';
import type { IViewRun } from '../view';
import { PreviewOf } from './artifactPreview';
import { Merge } from './compareCode';
import { useExplorer } from './context';
import { useRequest } from './hooks';
import { ErrorState, Hint, LoadingState } from './states';

/** Files that two runs or more have: texts against the baseline's, everything else beside each other. */
export function CompareFiles(props: {
  runs: readonly IViewRun[];
  baseline: number;
  wide: boolean;
  all: boolean;
}): React.ReactElement | null {
  const { trans } = useExplorer();
  const { runs } = props;
  const having = new Map<string, IViewRun[]>();
  for (const run of [
    runs[props.baseline],
    ...runs.filter((_, index) => index !== props.baseline)
  ]) {
    for (const { path } of run.artifacts ?? []) {
      having.set(path, [...(having.get(path) ?? []), run]);
    }
  }
  const shared = [...having]
    .filter(([, some]) => some.length > 1)
    .sort(([one], [other]) => one.localeCompare(other));
  if (shared.length === 0) {
    return null;
  }
  return (
    <details className="jp-Lightflow-group">
      <summary>
        {trans.__('Files side by side')}{' '}
        <span className="jp-Lightflow-faint">{shared.length}</span>
      </summary>
      {shared.map(([path, some]) => (
        <File key={path} path={path} runs={some} {...pick(props)} />
      ))}
    </details>
  );
}

interface IShown {
  wide: boolean;
  all: boolean;
}

function pick({ wide, all }: IShown): IShown {
  return { wide, all };
}

/** What is in it is asked for when it is opened. */
function File(
  props: IShown & { path: string; runs: readonly IViewRun[] }
): React.ReactElement {
  const [open, setOpen] = React.useState(false);
  return (
    <details
      open={open}
      onToggle={event => {
        event.stopPropagation();
        setOpen(event.currentTarget.open);
      }}
    >
      <summary>{props.path}</summary>
      {open && <Beside {...props} />}
    </details>
  );
}

function Beside(
  props: IShown & { path: string; runs: readonly IViewRun[] }
): React.ReactElement {
  const { model, trans } = useExplorer();
  const { path, runs, wide, all } = props;
  const { data, error } = useRequest(
    () =>
      Promise.all(
        runs.map(run => model.client.artifactPreview(run.run_id, path))
      ),
    [runs.map(run => run.run_id).join(), path]
  );
  if (error) {
    return <ErrorState error={error} />;
  }
  if (!data) {
    return <LoadingState />;
  }
  if (!data.every(isText)) {
    return (
      <div className="jp-Lightflow-beside">
        {data.map((preview, index) => (
          <figure key={runs[index].run_id}>
            <figcaption>{runs[index].run_name}</figcaption>
            <PreviewOf run_id={runs[index].run_id} preview={preview} />
          </figure>
        ))}
      </div>
    );
  }
  const [base, ...others] = data;
  return (
    <>
      {data.some(preview => preview.truncated) && (
        <p className="jp-Lightflow-faint">
          {trans.__('Only what they begin with is compared.')}
        </p>
      )}
      {others.map((preview, index) => {
        const title = `${runs[0].run_name} → ${runs[index + 1].run_name}`;
        return preview.text === base.text ? (
          <Hint key={title}>{trans.__('%1: the same.', title)}</Hint>
        ) : (
          <Merge
            key={title}
            pair={{ title, before: base.text, after: preview.text }}
            mediaType={base.media_type}
            wide={wide}
            all={all}
          />
        );
      })}
    </>
  );
}

function isText({ kind }: Preview): boolean {
  return kind === 'text' || kind === 'markdown';
}
