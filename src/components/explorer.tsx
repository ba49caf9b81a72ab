import * as React from 'react';
import type { Run } from '../api';
import { Boundary } from './boundary';
import { ChartsTab } from './chartsTab';
import { ColumnChooser } from './columnChooser';
import { defaultColumns, orderTerm, timeColumns, valueColumn } from './columns';
import { CompareTab } from './compareTab';
import {
  ExplorerProvider,
  useExplorer,
  type IExplorerContext
} from './context';
import { DetailsTab } from './detailsTab';
import { useSignal } from './hooks';
import { RunMenu, type IMenuPlace } from './runMenu';
import { RunTable, type ISort } from './runTable';
import { SearchBar } from './searchBar';
import { EmptyState, ErrorState, Hint, LoadingState } from './states';

type Tab = 'charts' | 'compare' | 'details';

interface IExplorerProps {
  context: IExplorerContext;
  wide: boolean;
}

/** The whole of it: runs above or at the left, what is asked of them below or at the right. */
export function Explorer(props: IExplorerProps): React.ReactElement {
  return (
    <ExplorerProvider value={props.context}>
      <Frame wide={props.wide} />
    </ExplorerProvider>
  );
}

function Frame(props: { wide: boolean }): React.ReactElement {
  const { model, trans } = useExplorer();
  useSignal(model.changed);
  useSignal(model.runs.changed);
  useSignal(model.selection.changed);
  const [tab, setTab] = React.useState<Tab>(
    props.wide && model.selection.runs.length > 1 ? 'compare' : 'charts'
  );
  const [menu, setMenu] = React.useState<IMenuPlace | null>(null);
  const focused = model.selection.focused?.run_id;
  React.useEffect(() => {
    if (focused !== undefined) {
      setTab('details');
    }
  }, [focused]);
  const tabs: [Tab, string][] = [
    ['charts', trans.__('Charts')],
    ['compare', trans.__('Compare')],
    ['details', trans.__('Details')]
  ];
  return (
    <div className={`jp-Lightflow-explorer ${props.wide ? 'jp-mod-wide' : ''}`}>
      <section className="jp-Lightflow-runs" aria-label={trans.__('Runs')}>
        <Banner />
        <Boundary>
          <Runs onMenu={(run, event) => setMenu(placeOf(run, event))} />
        </Boundary>
      </section>
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
              {id === 'compare' && model.selection.runs.length > 1 && (
                <span className="jp-Lightflow-badge">
                  {model.selection.runs.length}
                </span>
              )}
            </button>
          ))}
        </div>
        <div className="jp-Lightflow-content" role="tabpanel">
          <Boundary key={tab}>
            {tab === 'charts' && <ChartsTab />}
            {tab === 'compare' && <CompareTab wide={props.wide} />}
            {tab === 'details' && <DetailsTab />}
          </Boundary>
        </div>
      </section>
      {menu && <RunMenu place={menu} onClose={() => setMenu(null)} />}
    </div>
  );
}

function Runs(props: {
  onMenu: (run: Run, event: React.MouseEvent) => void;
}): React.ReactElement {
  const { model, trans } = useExplorer();
  const { runs } = model;
  const [sort, setSort] = React.useState<ISort | null>(null);
  const [chosen, setChosen] = React.useState<readonly string[] | null>(null);
  const [choosing, setChoosing] = React.useState(false);
  const ids = chosen ?? defaultColumns(runs.loaded());
  const columns = React.useMemo(
    () => [...ids.map(valueColumn), ...timeColumns(trans)],
    [ids.join('\n'), trans]
  );
  const onSort = (id: string): void => {
    const next =
      sort?.id !== id
        ? { id, descending: false }
        : sort.descending
          ? null
          : { id, descending: true };
    setSort(next);
    void runs.setQuery({
      order_by: next ? [orderTerm(next.id, next.descending)] : []
    });
  };
  const asked = runs.query.text !== '' || runs.query.filter !== '';
  const deleted = runs.query.view === 'deleted';
  return (
    <>
      <SearchBar onColumns={() => setChoosing(!choosing)} />
      {choosing && (
        <ColumnChooser
          experiment_id={runs.query.experiment_id}
          chosen={ids}
          onChoose={setChosen}
          onClose={() => setChoosing(false)}
        />
      )}
      {runs.state === 'error' && runs.error && (
        <ErrorState error={runs.error} onRetry={() => void model.retry()} />
      )}
      {runs.state === 'loading' && <LoadingState />}
      {runs.state !== 'loading' && runs.total > 0 && (
        <RunTable
          columns={columns}
          sort={sort}
          onSort={onSort}
          onMenu={props.onMenu}
        />
      )}
      {runs.state === 'ready' && runs.total === 0 && !asked && !deleted && (
        <EmptyState />
      )}
      {runs.state === 'ready' && runs.total === 0 && asked && (
        <Hint>{trans.__('No run matches.')}</Hint>
      )}
      {runs.state === 'ready' && runs.total === 0 && !asked && deleted && (
        <Hint>{trans.__('The trash is empty.')}</Hint>
      )}
    </>
  );
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
        {model.warnings[model.warnings.length - 1]}
      </div>
    );
  }
  return null;
}

function placeOf(run: Run, event: React.MouseEvent): IMenuPlace {
  event.preventDefault();
  event.stopPropagation();
  return { run, left: event.clientX, top: event.clientY };
}
