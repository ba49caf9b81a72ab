import type { ServerConnection } from '@jupyterlab/services';
import type {
  ArtifactList,
  ArtifactPreview,
  CellRunsList,
  Document,
  ExperimentList,
  FilterHints,
  Reproduction,
  Run,
  RunChanges,
  RunDetail,
  RunGroups,
  RunIds,
  RunKeys,
  RunPage,
  RunPatch,
  RunsChanged,
  RunsPatch,
  SavedView,
  SavedViewCreate,
  SavedViewList,
  SavedViewPatch,
  SeriesList,
  ServerStatus,
  SourceList,
  Trash,
  View
} from './contract';
import {
  API_PATH,
  Requests,
  encodePath,
  queryText,
  type QueryValue
} from './requests';

export interface IRunQuery {
  /** All experiments where it is null. */
  experiment_id: string | null;
  filter: string;
  text: string;
  order_by: readonly string[];
  view: View;
  /** Runs whose parent matches too stand below it. */
  nested?: boolean;
  /** Earlier attempts of a cell stand below the latest. */
  folded?: boolean;
  /** What stands below this run, instead of what stands at the top. */
  below?: string;
  group?: IGroup;
}

/** The runs that have one value of what runs are grouped by. */
export interface IGroup {
  by: string;
  /** Null for those without one. */
  value: string | null;
}

export interface ISeriesQuery {
  run_ids: readonly string[];
  key: string;
  max_points: number;
  /** Steps, both included. */
  window?: readonly [number, number];
}

/** The REST API, typed by the contract. Every method rejects with `RequestError`. */
export class LightflowClient {
  constructor(
    readonly settings: ServerConnection.ISettings,
    private readonly _path = API_PATH
  ) {
    this._requests = new Requests(settings, _path);
  }

  /** The servers that are configured beside the local store. */
  sources(): Promise<SourceList> {
    return this._requests.get('sources');
  }

  /** What reads one of them; it answers as the local store does, but only to what reads. */
  ofSource(name: string): LightflowClient {
    return new LightflowClient(
      this.settings,
      `${this._path}/sources/${encodeURIComponent(name)}`
    );
  }

  status(): Promise<ServerStatus> {
    return this._requests.get('status');
  }

  experiments(): Promise<ExperimentList> {
    return this._requests.get('experiments');
  }

  runs(query: IRunQuery, offset: number, limit: number): Promise<RunPage> {
    return this._requests.get('runs', { ...wordsOf(query), offset, limit });
  }

  /** The ids of all that match, whatever they stand under; at most 10,000. */
  runIds(query: IRunQuery): Promise<RunIds> {
    return this._requests.get('runs/ids', wordsOf(query));
  }

  /** Groups of what matches, with the `metrics` of each. */
  runGroups(
    query: IRunQuery,
    by: string,
    metrics: readonly string[],
    offset: number,
    limit: number
  ): Promise<RunGroups> {
    return this._requests.get('runs/groups', {
      ...wordsOf(query),
      by,
      metric: metrics,
      offset,
      limit
    });
  }

  /** Runs by their ids, deleted ones too; unknown ids are left out. */
  async runsById(run_ids: readonly string[]): Promise<Run[]> {
    if (run_ids.length === 0) {
      return [];
    }
    const page = await this._requests.get<RunPage>('runs', {
      run_id: run_ids,
      view: 'all',
      limit: run_ids.length
    });
    const byId = new Map(page.runs.map(run => [run.run_id, run]));
    return run_ids.flatMap(run_id => byId.get(run_id) ?? []);
  }

  /** The runs of cells of notebooks; cells without runs are left out. */
  cellRuns(cell_ids: readonly string[]): Promise<CellRunsList> {
    return this._requests.send('POST', 'cells', { cell_ids });
  }

  runKeys(experiment_id: string | null): Promise<RunKeys> {
    return this._requests.get(
      'runs/keys',
      experiment_id === null ? {} : { experiment_id }
    );
  }

  /** What is wrong with a filter, and what may be written at a place in it. */
  filterHints(
    text: string,
    position: number,
    experiment_id: string | null
  ): Promise<FilterHints> {
    return this._requests.get('runs/filter', {
      text,
      position,
      ...(experiment_id === null ? {} : { experiment_id })
    });
  }

  run(run_id: string): Promise<RunDetail> {
    return this._requests.get(`runs/${encodeURIComponent(run_id)}`);
  }

  document(run_id: string, kind: string): Promise<Document> {
    return this._requests.get(
      `runs/${encodeURIComponent(run_id)}/documents/${encodeURIComponent(kind)}`
    );
  }

  /** What changed since the previous and the best attempt of the run's cell. */
  changes(run_id: string): Promise<RunChanges> {
    return this._requests.get(`runs/${encodeURIComponent(run_id)}/changes`);
  }

  series(query: ISeriesQuery): Promise<SeriesList> {
    return this._requests.get('series', {
      run_id: query.run_ids,
      key: query.key,
      max_points: query.max_points,
      ...(query.window
        ? {
            start_step: Math.floor(query.window[0]),
            end_step: Math.ceil(query.window[1])
          }
        : {})
    });
  }

  artifacts(run_id: string, path: string): Promise<ArtifactList> {
    return this._requests.get(
      `runs/${encodeURIComponent(run_id)}/artifacts`,
      path ? { path } : {}
    );
  }

  /** All files of a run, in whatever folder; at most 1,000. */
  artifactFiles(run_id: string): Promise<ArtifactList> {
    return this._requests.get(`runs/${encodeURIComponent(run_id)}/artifacts`, {
      files: 'all'
    });
  }

  /** `start` is where a page of a table begins, as the page before said. */
  artifactPreview(
    run_id: string,
    path: string,
    start = 0
  ): Promise<ArtifactPreview> {
    return this._requests.get(
      `runs/${encodeURIComponent(run_id)}/artifacts/preview/${encodePath(path)}`,
      start > 0 ? { start } : {}
    );
  }

  /** The bytes of an artifact, or those from `start` up to before `end`. */
  artifactContent(
    run_id: string,
    path: string,
    part?: readonly [number, number]
  ): Promise<Blob> {
    return this._requests.content(
      `runs/${encodeURIComponent(run_id)}/artifacts/content/${encodePath(path)}`,
      part ? { Range: `bytes=${part[0]}-${part[1] - 1}` } : {}
    );
  }

  /** A zip of all files of a run. */
  artifactArchive(run_id: string): Promise<Blob> {
    return this._requests.content(
      `runs/${encodeURIComponent(run_id)}/artifacts/archive`
    );
  }

  updateRun(run_id: string, patch: RunPatch): Promise<Run> {
    return this._requests.send(
      'PATCH',
      `runs/${encodeURIComponent(run_id)}`,
      patch
    );
  }

  /** Change many runs at once: all of them or none. */
  updateRuns(patch: RunsPatch): Promise<RunsChanged> {
    return this._requests.send('PATCH', 'runs', patch);
  }

  trash(): Promise<Trash> {
    return this._requests.get('trash');
  }

  /** Remove deleted runs for good, all of them with null; answers what is left. */
  emptyTrash(run_ids: readonly string[] | null): Promise<Trash> {
    return this._requests.send(
      'DELETE',
      'trash' + queryText(run_ids ? { run_id: run_ids } : {})
    );
  }

  savedViews(): Promise<SavedViewList> {
    return this._requests.get('views');
  }

  createView(view: SavedViewCreate): Promise<SavedView> {
    return this._requests.send('POST', 'views', view);
  }

  updateView(view_id: string, patch: SavedViewPatch): Promise<SavedView> {
    return this._requests.send(
      'PATCH',
      `views/${encodeURIComponent(view_id)}`,
      patch
    );
  }

  deleteView(view_id: string): Promise<SavedViewList> {
    return this._requests.send(
      'DELETE',
      `views/${encodeURIComponent(view_id)}`
    );
  }

  deleteRun(run_id: string): Promise<Run> {
    return this._requests.send('DELETE', `runs/${encodeURIComponent(run_id)}`);
  }

  restoreRun(run_id: string): Promise<Run> {
    return this._requests.send(
      'POST',
      `runs/${encodeURIComponent(run_id)}/restore`,
      {}
    );
  }

  /** Start to run the cells of a run again, in a fresh kernel. */
  reproduce(run_id: string): Promise<Reproduction> {
    return this._requests.send(
      'POST',
      `runs/${encodeURIComponent(run_id)}/reproductions`,
      {}
    );
  }

  reproduction(run_id: string, reproduction_id: string): Promise<Reproduction> {
    return this._requests.get(reproductionPath(run_id, reproduction_id));
  }

  cancelReproduction(
    run_id: string,
    reproduction_id: string
  ): Promise<Reproduction> {
    return this._requests.send(
      'DELETE',
      reproductionPath(run_id, reproduction_id)
    );
  }

  private readonly _requests: Requests;
}

function wordsOf(query: IRunQuery): Record<string, QueryValue> {
  const { experiment_id, filter, text, group } = query;
  return {
    ...(experiment_id === null ? {} : { experiment_id }),
    ...(filter ? { filter } : {}),
    ...(text ? { text } : {}),
    order_by: query.order_by,
    view: query.view,
    ...(query.nested ? { nested: 1 } : {}),
    ...(query.folded ? { folded: 1 } : {}),
    ...(query.below ? { below: query.below } : {}),
    ...(group ? { in_group: group.by } : {}),
    ...(group && group.value !== null ? { value: group.value } : {})
  };
}

function reproductionPath(run_id: string, reproduction_id: string): string {
  return `runs/${encodeURIComponent(run_id)}/reproductions/${encodeURIComponent(reproduction_id)}`;
}
