/** The ids of the commands; others may call them. */
export namespace CommandIDs {
  export const openSidebar = 'lightflow:open-sidebar';
  export const openTab = 'lightflow:open-tab';
  /** Takes `run_ids`. */
  export const compareRuns = 'lightflow:compare-runs';
  /** Takes `run_id`. */
  export const showRun = 'lightflow:show-run';
  /** Takes `run_id`. */
  export const goToCell = 'lightflow:go-to-cell';
  /** Takes `run_id` and `where`: `below`, `replace` or `beside`. */
  export const restoreCell = 'lightflow:restore-cell';
  /** Takes `run_id`. */
  export const reproduceRun = 'lightflow:reproduce-run';
  /** Of the active cell. */
  export const toggleTrackCell = 'lightflow:toggle-track-cell';
  export const refresh = 'lightflow:refresh';
}

export const SIDEBAR_ID = 'lightflow-sidebar';
export const TAB_ID = 'lightflow-tab';
export const PLUGIN_ID = 'lightflow-jlab:plugin';
export const DOMAIN = 'lightflow-jlab';
