/** The ids of the commands; others may call them. */
export namespace CommandIDs {
  export const openSidebar = 'lightflow:open-sidebar';
  export const openTab = 'lightflow:open-tab';
  /** Takes `run_ids`. */
  export const compareRuns = 'lightflow:compare-runs';
  export const refresh = 'lightflow:refresh';
}

export const SIDEBAR_ID = 'lightflow-sidebar';
export const TAB_ID = 'lightflow-tab';
export const PLUGIN_ID = 'lightflow-jlab:plugin';
export const DOMAIN = 'lightflow-jlab';
