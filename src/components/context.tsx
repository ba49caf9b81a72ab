import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { IChartRegistry, IRunsModel, Sources } from '../model';
import type { IRunAction } from './runActions';

/** How charts are drawn until the user says otherwise. */
export interface IChartDefaults {
  smoothing: number;
  log_y: boolean;
  height_px: number;
}

/** What every part of the explorer needs. */
export interface IExplorerContext {
  /** What is shown: of the local store, or of another source. */
  model: IRunsModel;
  sources: Sources;
  trans: TranslationBundle;
  rendermime: IRenderMimeRegistry;
  /** What highlights code; null where the page has no editors. */
  languages: IEditorLanguageRegistry | null;
  chartDefaults: IChartDefaults;
  /** Kinds of charts that other extensions bring. */
  charts: IChartRegistry;
  /** Show these runs side by side in the main area. */
  openComparison: (run_ids: readonly string[]) => void;
  /** Where a browser opens this comparison. */
  comparisonUrl: (run_ids: readonly string[]) => string;
  /** Put code into a new cell of the current notebook; null where there is none. */
  insertCode: ((code: string) => void) | null;
  /** What the details of a run offer. */
  runActions: readonly IRunAction[];
}

const Context = React.createContext<IExplorerContext | null>(null);

export const ExplorerProvider = Context.Provider;

/** What is only there where runs can be changed: not for those of another server. */
export function Editable(props: {
  children: React.ReactNode;
}): React.ReactElement | null {
  return useExplorer().model.isReadOnly ? null : <>{props.children}</>;
}

export function useExplorer(): IExplorerContext {
  const context = React.useContext(Context);
  if (context === null) {
    throw new Error('This part stands outside of an explorer.');
  }
  return context;
}
