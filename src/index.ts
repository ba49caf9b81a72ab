import { explorerPlugin } from './plugins/explorer';
import { modelPlugin } from './plugins/model';
import { statusPlugin } from './plugins/status';

export { IRunsModel } from './model';

export default [modelPlugin, explorerPlugin, statusPlugin];
