import { cellCommandsPlugin } from './plugins/cellCommands';
import { cellsPlugin } from './plugins/cells';
import { chartsPlugin } from './plugins/charts';
import { explorerPlugin } from './plugins/explorer';
import { modelPlugin } from './plugins/model';
import { statusPlugin } from './plugins/status';
import { tableStatePlugin } from './plugins/tableState';
import { undoPlugin } from './plugins/undo';
import { trackCellsPlugin } from './plugins/trackCells';

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
  trackCellsPlugin
];
