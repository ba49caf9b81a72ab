export { ExplorerWidget } from './explorerWidget';
export { lightflowIcon } from './icon';
export { RunningStatus } from './runningStatus';
