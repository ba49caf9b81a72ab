import * as React from 'react';
import { MAX_CHARTED, type IRunsModel, type Row } from '../model';
import { Boundary } from './boundary';
import { ChartsTab } from './chartsTab';
import {
  column,
  DEFAULT_ATTRIBUTES,
  defaultColumns,
  keyOfColumn
} from './columns';
import { CompareTab } from './compareTab';
import {
  ExplorerProvider,
  useExplorer,
  type IExplorerContext
} from './context';
import { DetailsTab } from './detailsTab';
import { useEditing } from './editing';
import { useSignal } from './hooks';
import { Menu, placeOf, type IMenuAt } from './menu';
import { usePanelTab, type IPanelPlace, type PanelTab } from './panelTab';
import { menuOfRow } from './rowMenu';
import { RunTable } from './runTable';
import { SearchBar } from './searchBar';
import { Splitter } from './splitter';
import { EmptyState, ErrorState, Hint, LoadingState } from './states';
import type { TableKey } from './tableKeys';
import { TrashView } from './trash';

/** More are not aggregated by the server in one answer. */
const MAX_GROUPED_METRICS = 100;

/** Of the explorer's size, what the table takes at first. */
const SHARE = 0.42;
const WIDE_SHARE = 0.46;

interface IExplorerProps {
  context: IExplorerContext;
  wide: boolean;
  place: IPanelPlace;
}

/** The whole of it: runs above or at the left, what is asked of them below or at the right. */
export function Explorer(props: IExplorerProps): React.ReactElement {
  return (
    <ExplorerProvider value={props.context}>
      <Frame
        key={props.context.sources.chosen}
        wide={props.wide}
        place={props.place}
      />
    </ExplorerProvider>
  );
}

function Frame(props: {
  wide: boolean;
  place: IPanelPlace;
}): React.ReactElement {
  const { model, trans } = useExplorer();
  useSignal(model.changed);
  useSignal(model.runs.changed);
  useSignal(model.table.changed);
  const [tab, setTab] = usePanelTab(props.place, props.wide);
  const [menu, setMenu] = React.useState<IMenuAt | null>(null);
  const [share, setShare] = React.useState(props.wide ? WIDE_SHARE : SHARE);
  const { undo } = useEditing();
  const focused = model.selection.focused?.run_id;
  const bare = isEmpty(model) && model.selection.count === 0 && !focused;
  const tabs: [PanelTab, string][] = [
    ['charts', trans.__('Charts')],
    ['compare', trans.__('Compare')],
    ['details', trans.__('Details')]
  ];
  return (
    <div
      className={`jp-Lightflow-explorer ${props.wide ? 'jp-mod-wide' : ''}`}
      onKeyDown={event => {
        if (isUndo(event)) {
          event.preventDefault();
          event.stopPropagation();
          void undo();
        }
      }}
    >
      <section
        className="jp-Lightflow-runs"
        aria-label={trans.__('Runs')}
        style={{ flexBasis: bare ? '100%' : `${share * 100}%` }}
      >
        <Banner />
        <Boundary>
          <Runs onMenu={setMenu} />
        </Boundary>
      </section>
      {!bare && (
        <>
          <Splitter
            label={trans.__('Room for the table')}
            wide={props.wide}
            share={share}
            onMove={setShare}
          />
          <section
            className="jp-Lightflow-panel"
            aria-label={trans.__('What is known of them')}
          >
            <div className="jp-Lightflow-tabs" role="tablist">
              {tabs.map(([id, title]) => (
                <button
                  key={id}
                  role="tab"
                  aria-selected={tab === id}
                  onClick={() => setTab(id)}
                >
                  {title}
                  {id === 'compare' && model.selection.compared.length > 1 && (
                    <span className="jp-Lightflow-badge">
                      {model.selection.compared.length}
                    </span>
                  )}
                </button>
              ))}
            </div>
            <div
              // Another run is read from its beginning.
              key={tab === 'details' ? focused : tab}
              className="jp-Lightflow-content"
              role="tabpanel"
            >
              <Boundary key={tab}>
                {tab === 'charts' && <ChartsTab />}
                {tab === 'compare' && <CompareTab wide={props.wide} />}
                {tab === 'details' && <DetailsTab />}
              </Boundary>
            </div>
          </section>
        </>
      )}
      {menu && <Menu at={menu} onClose={() => setMenu(null)} />}
    </div>
  );
}

function Runs(props: { onMenu: (menu: IMenuAt) => void }): React.ReactElement {
  const { model, trans } = useExplorer();
  const { runs, table, selection } = model;
  const editing = useEditing();
  const [trash, setTrash] = React.useState(false);
  const sample = runs.sample();
  const ids = table.view.columns ?? [
    ...defaultColumns(sample),
    ...DEFAULT_ATTRIBUTES
  ];
  const ranges = table.view.group_by !== '' && table.view.aggregate === 'range';
  const columns = React.useMemo(
    () => ids.map(id => column(id, trans, ranges)),
    [ids.join('\n'), trans, ranges]
  );
  React.useEffect(
    () =>
      table.setMetrics(
        ids
          .filter(id => id.startsWith('metrics.'))
          .slice(0, MAX_GROUPED_METRICS)
          .map(keyOfColumn)
      ),
    [table, ids.join('\n')]
  );
  const onKey = (key: TableKey, row: Row): void => {
    if (key === 'all') {
      void markAll(model);
    } else if (key === 'none') {
      selection.set([]);
    } else if (row.kind === 'run' && key === 'details') {
      selection.focus(row.run);
    } else if (row.kind === 'run' && key === 'rename' && !model.isReadOnly) {
      void editing.rename(row.run);
    } else if (row.kind === 'run' && key === 'delete' && !model.isReadOnly) {
      const { run_id, run_name } = row.run;
      const many = selection.has(run_id) && selection.count > 1;
      void editing.remove(many ? selection.run_ids : [run_id], run_name);
    }
  };
  const onRowMenu = (row: Row, event: React.MouseEvent): void =>
    props.onMenu({
      ...placeOf(event),
      items: menuOfRow(row, model, editing, trans)
    });
  if (trash) {
    return <TrashView onClose={() => setTrash(false)} />;
  }
  return (
    <>
      <SearchBar columns={ids} onTrash={() => setTrash(true)} />
      {runs.state === 'error' && runs.error && (
        <ErrorState error={runs.error} onRetry={() => void model.retry()} />
      )}
      {runs.state === 'loading' && <LoadingState />}
      {runs.state !== 'loading' && runs.rowCount > 0 && (
        <RunTable
          columns={columns}
          onMenu={props.onMenu}
          onRowMenu={onRowMenu}
          onKey={onKey}
        />
      )}
      {isEmpty(model) && <Empty />}
      {runs.state === 'ready' && runs.total === 0 && !isEmpty(model) && (
        <Hint>{trans.__('No run matches.')}</Hint>
      )}
    </>
  );
}

/** Whether there is no run at all where it was looked; not: none that matches. */
function isEmpty({ runs, table }: IRunsModel): boolean {
  const { search, statuses } = table.view;
  return (
    runs.state === 'ready' &&
    runs.total === 0 &&
    search.trim() === '' &&
    statuses.length === 0
  );
}

function Empty(): React.ReactElement {
  const { model, trans } = useExplorer();
  return model.isReadOnly ? (
    <Hint>{trans.__('There are no runs here.')}</Hint>
  ) : (
    <EmptyState />
  );
}

/** Mark all that match, also what is not loaded. */
async function markAll(model: IRunsModel): Promise<void> {
  const { runs, selection, client } = model;
  const { run_ids } = await client.runIds({
    ...runs.query,
    nested: false,
    folded: false
  });
  const first = run_ids.slice(0, MAX_CHARTED);
  selection.setIds(run_ids, await client.runsById(first));
}

/** What the user should know of the connection and the store. */
function Banner(): React.ReactElement | null {
  const { model, trans } = useExplorer();
  if (model.connection === 'disconnected' && model.runs.state === 'ready') {
    return (
      <div className="jp-Lightflow-banner" role="status">
        {trans.__('Not connected: what you see may be old.')}
        <button
          className="jp-Lightflow-link"
          onClick={() => void model.retry()}
        >
          {trans.__('Connect')}
        </button>
      </div>
    );
  }
  if (model.warnings.length > 0) {
    return (
      <div className="jp-Lightflow-banner" role="status">
        {model.warnings.map(warning => (
          <p key={warning}>{warning}</p>
        ))}
      </div>
    );
  }
  return null;
}

/** Ctrl+Z, but not where it undoes typing. */
function isUndo(event: React.KeyboardEvent): boolean {
  const typing =
    event.target instanceof HTMLTextAreaElement ||
    (event.target instanceof HTMLInputElement &&
      event.target.type !== 'checkbox');
  return (
    (event.ctrlKey || event.metaKey) &&
    !event.shiftKey &&
    event.key.toLowerCase() === 'z' &&
    !typing
  );
}
