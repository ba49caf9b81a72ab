import { Signal, type ISignal } from '@lumino/signaling';
import type { IRunQuery, RunStatus, TableView } from '../api';
import type { RunList } from './runList';

const MAX_SEARCHES = 20;
/** `metrics.loss < 0.1` is a filter; everything else is looked for as text. */
const FILTER =
  /(^|[\s(])(metrics?|params?|parameters?|tags?|attributes?|attr|status|run_name|run_id|start_time|end_time|duration|user_id)\S*\s*([<>=!]|like\b|ilike\b|in\b|not\b|is\b|between\b)/i;

/** A key of a filter as it is typed: nothing is asked of it yet. */
const BEGUN =
  /(^|[\s(])(metrics?|params?|parameters?|tags?|attributes?|attr)\.\S*\s*$/i;

export const PLAIN_VIEW: TableView = {
  experiment_id: null,
  search: '',
  statuses: [],
  sort: null,
  columns: null,
  pinned: [],
  group_by: '',
  aggregate: 'range',
  nested: true,
  folded: false
};

/** What is kept of the table with the workspace. */
export interface ITableState {
  view: TableView;
  /** What was searched for, the last first. */
  searches: string[];
}

/** Says in a server's words which runs match a filter, empty for none, and are in some states. */
export type FilterWords = (
  filter: string,
  statuses: readonly RunStatus[]
) => string;

/** How the table is set: what the person chose, and what is asked of the server for it. */
export class Table {
  constructor(
    private readonly _runs: RunList,
    private readonly _filterWords: FilterWords = lightflowFilter,
    private readonly _isSorted: (column_id: string) => boolean = () => true
  ) {}

  get view(): TableView {
    return this._view;
  }

  get searches(): readonly string[] {
    return this._searches;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get state(): ITableState {
    return { view: this._view, searches: this._searches };
  }

  /** Take what was kept; false where it is none, or of another version. */
  restore(state: unknown): boolean {
    const { view, searches } = (state ?? {}) as Partial<ITableState>;
    if (!view || Object.keys(PLAIN_VIEW).some(key => !(key in view))) {
      return false;
    }
    this._searches = searches ?? [];
    this.set(view);
    return true;
  }

  set(patch: Partial<TableView>): void {
    const before = this._view;
    this._view = { ...before, ...patch };
    const asked = JSON.stringify(this._asked());
    if (asked !== this._askedLast) {
      this._askedLast = asked;
      const { query, grouping } = this._asked();
      void this._runs.setQuery(query, grouping);
    }
    this._changed.emit();
  }

  /** Whether the server sorts by a column. */
  canSortBy(id: string): boolean {
    return this._isSorted(id);
  }

  /** Sort by a column, turn the order, and end it. */
  sortBy(id: string): void {
    const { sort } = this._view;
    if (sort?.id !== id) {
      this.set({ sort: { id, descending: false } });
    } else {
      this.set({ sort: sort.descending ? null : { id, descending: true } });
    }
  }

  /** Which metrics groups show: those that are columns. */
  setMetrics(metrics: readonly string[]): void {
    if (metrics.join('\n') !== this._metrics.join('\n')) {
      this._metrics = metrics;
      this.set({});
    }
  }

  /** Remember a search, to be offered again. */
  remember(search: string): void {
    const others = this._searches.filter(one => one !== search);
    this._searches = [search, ...others].slice(0, MAX_SEARCHES);
    this._changed.emit();
  }

  private _asked(): {
    query: Partial<IRunQuery>;
    grouping: { by: string; metrics: readonly string[] };
  } {
    const { experiment_id, search, statuses, sort, nested, folded, group_by } =
      this._view;
    const words = search.trim();
    return {
      query: {
        experiment_id,
        filter: this._filterWords(isFilter(words) ? words : '', statuses),
        text: isFilter(words) ? '' : words,
        order_by: sort ? [orderTerm(sort.id, sort.descending)] : [],
        nested,
        folded
      },
      grouping: { by: group_by, metrics: group_by ? this._metrics : [] }
    };
  }

  private readonly _changed = new Signal<this, void>(this);
  private _view: TableView = PLAIN_VIEW;
  private _searches: string[] = [];
  private _metrics: readonly string[] = [];
  private _askedLast = JSON.stringify(this._asked());
}

export function isFilter(search: string): boolean {
  return FILTER.test(search);
}

/** Whether a filter is being typed whose last key is not compared with anything so far. */
export function isFilterBegun(search: string): boolean {
  return BEGUN.test(search);
}

const lightflowFilter: FilterWords = (filter, statuses) => {
  const states = statuses.map(one => `'${one}'`).join(', ');
  return [
    ...(filter ? [`(${filter})`] : []),
    ...(states ? [`status IN (${states})`] : [])
  ].join(' AND ');
};

const MLFLOW_STATUSES: readonly RunStatus[] = [
  'RUNNING',
  'SCHEDULED',
  'FINISHED',
  'FAILED',
  'KILLED'
];

/** MLflow joins by `AND` alone, without parentheses, and knows no lists of states. */
export const mlflowFilter: FilterWords = (filter, statuses) => {
  const others = MLFLOW_STATUSES.filter(one => !statuses.includes(one));
  return [
    ...(filter ? [filter] : []),
    ...(statuses.length > 0 ? others.map(one => `status != '${one}'`) : [])
  ].join(' AND ');
};

const MLFLOW_SORTED =
  /^(params|metrics|tags)\.|^(run_name|status|start_time|user_id)$/;

/** MLflow sorts by what it has a column for. */
export function isMlflowSorted(column_id: string): boolean {
  return MLFLOW_SORTED.test(column_id);
}

/** The server's words for sorting: keys stand in back ticks. */
export function orderTerm(column_id: string, descending: boolean): string {
  const dot = column_id.indexOf('.');
  const name =
    dot < 0
      ? column_id
      : `${column_id.slice(0, dot)}.\`${column_id.slice(dot + 1)}\``;
  return `${name} ${descending ? 'DESC' : 'ASC'}`;
}
