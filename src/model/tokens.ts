import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import type { ConnectionState, LightflowClient, ServerMessage } from '../api';
import type { RunEdits } from './runEdits';
import type { ExperimentList } from './experimentList';
import type { RunList } from './runList';
import type { Selection } from './selection';
import type { SeriesStore } from './seriesStore';
import type { Table } from './table';

/** What the browser knows of experiments and runs, and the commands that change them. */
export interface IRunsModel extends IDisposable {
  readonly client: LightflowClient;
  /** Nothing can be changed there, nor grouped, nor kept. */
  readonly isReadOnly: boolean;
  readonly experiments: ExperimentList;
  readonly runs: RunList;
  readonly selection: Selection;
  readonly series: SeriesStore;
  /** How the table is set. */
  readonly table: Table;
  readonly edits: RunEdits;
  readonly connection: ConnectionState;
  /** How many runs are running, in all experiments. */
  readonly running: number;
  /** What the server wants the user to know. */
  readonly warnings: readonly string[];
  /** Connection, number of running runs or warnings. */
  readonly changed: ISignal<IRunsModel, void>;
  /** Runs have gone into the trash or out of it, for whatever reason. */
  readonly moved: ISignal<IRunsModel, void>;

  /** What the server tells of changes, as it comes. */
  readonly received: ISignal<unknown, ServerMessage>;

  /** Load and follow; later calls do nothing. */
  start(): Promise<void>;
  /** Try again at once: after an error or a break. */
  retry(): Promise<void>;
}

export const IRunsModel = new Token<IRunsModel>(
  'lightflow-jlab:IRunsModel',
  'Experiments and runs of Lightflow, live, and the commands on them.'
);
