import {
  RequestError,
  type Artifact,
  type LightflowClient,
  type Run
} from '../api';
import { datasetRecord, type ICodeCell, type IViewRun } from '../view';

/** What a comparison shows beside the run itself. */
export type RunDetails = Pick<
  IViewRun,
  'datasets' | 'packages' | 'artifacts' | 'verdict' | 'cells'
>;

/** Load what hangs on a run; what it doesn't have is empty. */
export async function loadDetails(
  client: LightflowClient,
  run_id: string
): Promise<RunDetails> {
  const text = (kind: string): Promise<string | null> =>
    documentText(client, run_id, kind);
  const [detail, source, environment, verdict, slice, files] =
    await Promise.all([
      client.run(run_id),
      text('source'),
      text('environment'),
      text('verdict'),
      text('slice'),
      client.artifactFiles(run_id)
    ]);
  return {
    datasets: datasetRecord(detail.datasets),
    packages: packagesOf(environment),
    artifacts: files.artifacts.map(({ path, size_bytes }: Artifact) => ({
      path,
      size_bytes
    })),
    verdict: verdict ?? undefined,
    cells: cellsOf(source, slice)
  };
}

/** The packages of a run's environment document. */
export function packagesOf(environment: string | null): Record<string, string> {
  const { packages } = parsed<{ packages?: Record<string, unknown> }>(
    environment
  );
  return Object.fromEntries(
    Object.entries(packages ?? {}).map(([name, version]) => [
      name,
      String(version)
    ])
  );
}

/** The tracked cell, then those it stood on, from the documents `source` and `slice`. */
export function cellsOf(
  source: string | null,
  slice: string | null
): ICodeCell[] {
  const { cells } = parsed<{ cells?: Partial<ICodeCell>[] }>(slice);
  const known = (cells ?? []).map(cell => ({
    cell_id: String(cell.cell_id ?? ''),
    execution_count:
      typeof cell.execution_count === 'number' ? cell.execution_count : null,
    source: String(cell.source ?? '')
  }));
  const own = known.pop();
  if (source === null) {
    return own ? [own, ...known] : [];
  }
  return [{ cell_id: '', execution_count: null, ...own, source }, ...known];
}

function parsed<T extends object>(json: string | null): Partial<T> {
  try {
    const value: unknown = JSON.parse(json ?? '{}');
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

async function documentText(
  client: LightflowClient,
  run_id: string,
  kind: string
): Promise<string | null> {
  try {
    return (await client.document(run_id, kind)).text;
  } catch (error) {
    if (error instanceof RequestError && error.status === 404) {
      return null;
    }
    throw error;
  }
}

export function viewRun(run: Run, details: RunDetails | undefined): IViewRun {
  const { run_id, run_name, status, start_time, end_time } = run;
  const { params, metrics, error, tags } = run;
  return {
    run_id,
    run_name,
    status,
    start_time,
    end_time,
    params,
    metrics,
    error,
    tags,
    ...details
  };
}
