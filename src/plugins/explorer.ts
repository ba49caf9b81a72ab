import {
  ILabShell,
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
import { INotebookTracker, NotebookActions } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator } from '@jupyterlab/translation';
import type { IChartDefaults, IExplorerContext } from '../components';
import { IRunsModel } from '../model';
import { ExplorerWidget, lightflowIcon } from '../widgets';
import { CommandIDs, DOMAIN, PLUGIN_ID, SIDEBAR_ID, TAB_ID } from './commands';

const OPEN_PARAMETER = 'lightflow';

/** The sidebar, the same in a tab, and the commands that open them. */
export const explorerPlugin: JupyterFrontEndPlugin<void> = {
  id: PLUGIN_ID,
  description: 'Adds the Lightflow sidebar.',
  autoStart: true,
  requires: [IRunsModel, IRenderMimeRegistry, ITranslator],
  optional: [
    ILabShell,
    ILayoutRestorer,
    ICommandPalette,
    ISettingRegistry,
    INotebookTracker,
    IThemeManager
  ],
  activate
};

function activate(
  app: JupyterFrontEnd,
  model: IRunsModel,
  rendermime: IRenderMimeRegistry,
  translator: ITranslator,
  labShell: ILabShell | null,
  restorer: ILayoutRestorer | null,
  palette: ICommandPalette | null,
  settingRegistry: ISettingRegistry | null,
  notebooks: INotebookTracker | null,
  themes: IThemeManager | null
): void {
  const trans = translator.load(DOMAIN);
  let chartDefaults: IChartDefaults = {
    smoothing: 0,
    log_y: false,
    height_px: 200
  };
  const context = (): IExplorerContext => ({
    model,
    trans,
    rendermime,
    chartDefaults,
    insertCode: notebooks?.currentWidget
      ? code => insertCode(notebooks, code)
      : null
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
    label: trans.__('Open Lightflow in a Tab'),
    icon: lightflowIcon,
    execute: () => openTab(app, tracker, context, trans.__('Runs'))
  });
  app.commands.addCommand(CommandIDs.refresh, {
    label: trans.__('Refresh Lightflow Runs'),
    execute: () => model.retry()
  });
  for (const command of Object.values(CommandIDs)) {
    palette?.addItem({ command, category: 'Lightflow' });
  }
  void restorer?.restore(tracker, {
    command: CommandIDs.openTab,
    name: () => TAB_ID
  });

  const redraw = (): void => {
    sidebar.refresh();
    tracker.forEach(tab => tab.content.refresh());
  };
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
  void app.restored.then(() => {
    // The status bar counts running runs also while the sidebar is closed.
    void model.start();
    if (
      new URLSearchParams(window.location.search).get(OPEN_PARAMETER) ===
        'open' &&
      labShell
    ) {
      labShell.activateById(SIDEBAR_ID);
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

function insertCode(notebooks: INotebookTracker, code: string): void {
  const notebook = notebooks.currentWidget?.content;
  if (notebook) {
    NotebookActions.insertBelow(notebook);
    notebook.activeCell?.model.sharedModel.setSource(code);
  }
}
