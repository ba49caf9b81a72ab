import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  ICommandPalette,
  IThemeManager,
  MainAreaWidget,
  WidgetTracker
} from '@jupyterlab/apputils';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { PageConfig, URLExt } from '@jupyterlab/coreutils';
import { INotebookTracker, NotebookActions } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type {
  IChartDefaults,
  IExplorerContext,
  IRunAction
} from '../components';
import { IChartRegistry, IRunsModel, LOCAL, Sources } from '../model';
import { ExplorerWidget, lightflowIcon } from '../widgets';
import { ADDRESS_PARAMETER, askedFor } from './address';
import { CommandIDs, DOMAIN, PLUGIN_ID, SIDEBAR_ID, TAB_ID } from './commands';
import { keepSource, restoreSource } from './sourceState';

/** The sidebar, the same in a tab, and the commands that open them. */
export const explorerPlugin: JupyterFrontEndPlugin<void> = {
  id: PLUGIN_ID,
  description: 'Adds the Lightflow sidebar.',
  autoStart: true,
  requires: [IRunsModel, IChartRegistry, IRenderMimeRegistry, ITranslator],
  optional: [
    ILayoutRestorer,
    ICommandPalette,
    ISettingRegistry,
    INotebookTracker,
    IThemeManager,
    IEditorLanguageRegistry,
    IStateDB
  ],
  activate
};

function activate(
  app: JupyterFrontEnd,
  model: IRunsModel,
  charts: IChartRegistry,
  rendermime: IRenderMimeRegistry,
  translator: ITranslator,
  restorer: ILayoutRestorer | null,
  palette: ICommandPalette | null,
  settingRegistry: ISettingRegistry | null,
  notebooks: INotebookTracker | null,
  themes: IThemeManager | null,
  languages: IEditorLanguageRegistry | null,
  state: IStateDB | null
): void {
  const asked = askedFor(window.location);
  const trans = translator.load(DOMAIN);
  let chartDefaults: IChartDefaults = {
    smoothing: 0,
    log_y: false,
    height_px: 200
  };
  const sources = new Sources(model);
  const context = (): IExplorerContext => ({
    model: sources.model,
    sources,
    trans,
    rendermime,
    languages,
    chartDefaults,
    charts,
    openComparison: run_ids =>
      void app.commands.execute(CommandIDs.compareRuns, {
        run_ids: [...run_ids],
        source: sources.chosen
      }),
    comparisonUrl,
    insertCode: notebooks?.currentWidget
      ? code => insertCode(notebooks, code)
      : null,
    runActions: runActions(app.commands)
  });

  const sidebar = new ExplorerWidget(context, false);
  sidebar.id = SIDEBAR_ID;
  sidebar.title.icon = lightflowIcon;
  sidebar.title.caption = trans.__('Lightflow: experiments and runs');
  app.shell.add(sidebar, 'left', { rank: 550, type: 'Lightflow' });
  restorer?.add(sidebar, SIDEBAR_ID);

  const tracker = new WidgetTracker<MainAreaWidget<ExplorerWidget>>({
    namespace: TAB_ID
  });
  app.commands.addCommand(CommandIDs.openSidebar, {
    label: trans.__('Show Lightflow Runs'),
    icon: lightflowIcon,
    execute: () => app.shell.activateById(SIDEBAR_ID)
  });
  app.commands.addCommand(CommandIDs.openTab, {
    label: args =>
      args.isLauncher
        ? trans.__('Lightflow')
        : trans.__('Open Lightflow in a Tab'),
    icon: lightflowIcon,
    execute: () => openTab(app, tracker, context, trans.__('Runs'))
  });
  app.commands.addCommand(CommandIDs.compareRuns, {
    label: trans.__('Compare Lightflow Runs'),
    icon: lightflowIcon,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          run_ids: { type: 'array', items: { type: 'string' } },
          source: { type: 'string' }
        },
        required: ['run_ids']
      }
    },
    execute: async args => {
      const run_ids = (args.run_ids ?? []) as string[];
      sources.choose((args.source ?? LOCAL) as string);
      const { client, selection } = sources.model;
      selection.set(await client.runsById(run_ids));
      openTab(app, tracker, context, trans.__('Runs'));
    }
  });
  app.commands.addCommand(CommandIDs.refresh, {
    label: trans.__('Refresh Lightflow Runs'),
    execute: () => sources.model.retry()
  });
  for (const command of [
    CommandIDs.openSidebar,
    CommandIDs.openTab,
    CommandIDs.refresh
  ]) {
    palette?.addItem({ command, category: 'Lightflow' });
  }
  void restorer?.restore(tracker, {
    command: CommandIDs.compareRuns,
    args: () => ({
      run_ids: model.selection.runs.map(run => run.run_id)
    }),
    name: () => TAB_ID
  });
  model.selection.changed.connect(() =>
    tracker.forEach(tab => void tracker.save(tab))
  );

  const redraw = (): void => {
    sidebar.refresh();
    tracker.forEach(tab => tab.content.refresh());
  };
  sources.changed.connect(redraw);
  let focused = model.selection.focused?.run_id;
  model.selection.changed.connect(() => {
    // Another part of the page shows a run of the local store: from its cell, for example.
    if (model.selection.focused && model.selection.focused.run_id !== focused) {
      sources.choose(LOCAL);
    }
    focused = model.selection.focused?.run_id;
  });
  themes?.themeChanged.connect(redraw);
  notebooks?.currentChanged.connect(redraw);
  void settingRegistry?.load(PLUGIN_ID).then(settings => {
    const read = (): void => {
      chartDefaults = settings.composite as unknown as IChartDefaults;
      redraw();
    };
    settings.changed.connect(read);
    read();
  });
  void app.restored.then(async () => {
    // The status bar counts running runs also while the sidebar is closed.
    void model.start();
    if (state) {
      if (asked.compared.length === 0 && !asked.experiment_id) {
        await restoreSource(sources, state);
      }
      keepSource(sources, state);
    }
    if (asked.isOpen) {
      app.shell.activateById(SIDEBAR_ID);
    }
    if (asked.run_id) {
      const { run_id } = asked;
      void app.commands.execute(CommandIDs.showRun, { run_id });
    }
    if (asked.compared.length > 0) {
      void app.commands.execute(CommandIDs.compareRuns, {
        run_ids: asked.compared
      });
    }
  });
}

function openTab(
  app: JupyterFrontEnd,
  tracker: WidgetTracker<MainAreaWidget<ExplorerWidget>>,
  context: () => IExplorerContext,
  label: string
): void {
  let tab = tracker.find(widget => widget.id === TAB_ID);
  if (!tab) {
    tab = new MainAreaWidget({ content: new ExplorerWidget(context, true) });
    tab.id = TAB_ID;
    tab.title.label = label;
    tab.title.icon = lightflowIcon;
    void tracker.add(tab);
  }
  if (!tab.isAttached) {
    app.shell.add(tab, 'main');
  }
  app.shell.activateById(TAB_ID);
}

/** What the other plugins' commands do with a run that a cell has made. */
function runActions(commands: CommandRegistry): IRunAction[] {
  const offered: [string, ReadonlyPartialJSONObject][] = [
    [CommandIDs.goToCell, {}],
    [CommandIDs.restoreCell, { where: 'below' }],
    [CommandIDs.restoreCell, { where: 'replace' }],
    [CommandIDs.restoreCell, { where: 'beside' }],
    [CommandIDs.reproduceRun, {}]
  ];
  return offered
    .filter(([command]) => commands.hasCommand(command))
    .map(([command, args]) => ({
      label: commands.label(command, args),
      isFor: run => run.cell_id !== '',
      execute: async run => {
        await commands.execute(command, { ...args, run_id: run.run_id });
      }
    }));
}

function comparisonUrl(run_ids: readonly string[]): string {
  const path = `lab?${ADDRESS_PARAMETER}=${run_ids.join(',')}`;
  return URLExt.join(PageConfig.getBaseUrl(), path);
}

function insertCode(notebooks: INotebookTracker, code: string): void {
  const notebook = notebooks.currentWidget?.content;
  if (notebook) {
    NotebookActions.insertBelow(notebook);
    notebook.activeCell?.model.sharedModel.setSource(code);
  }
}
