import { cellCommandsPlugin } from './plugins/cellCommands';
import { cellsPlugin } from './plugins/cells';
import { chartsPlugin } from './plugins/charts';
import { explorerPlugin } from './plugins/explorer';
import { launcherPlugin } from './plugins/launcher';
import { modelPlugin } from './plugins/model';
import { reproducePlugin } from './plugins/reproduce';
import { statusPlugin } from './plugins/status';
import { tableStatePlugin } from './plugins/tableState';
import { trackCellsPlugin } from './plugins/trackCells';
import { undoPlugin } from './plugins/undo';

export {
  IChartRegistry,
  IRunsModel,
  type IChartRenderer,
  type IRunChart
} from './model';

export default [
  modelPlugin,
  chartsPlugin,
  explorerPlugin,
  statusPlugin,
  cellsPlugin,
  cellCommandsPlugin,
  tableStatePlugin,
  undoPlugin,
  trackCellsPlugin,
  reproducePlugin,
  launcherPlugin
];
