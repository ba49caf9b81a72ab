import * as React from 'react';
import { useExplorer } from './context';
import { useSignal } from './hooks';

export type PanelTab = 'charts' | 'compare' | 'details';

/** What an explorer showed when it was hidden; a widget keeps it. */
export interface IPanelPlace {
  /** Null before it was first shown. */
  tab: PanelTab | null;
  /** The run whose details could be read then. */
  focused?: string;
}

/** Which tab is shown: as it was left, and the details of a run that is asked for. */
export function usePanelTab(
  place: IPanelPlace,
  wide: boolean
): [PanelTab, (tab: PanelTab) => void] {
  const { selection } = useExplorer().model;
  useSignal(selection.changed);
  const focused = selection.focused?.run_id;
  const [tab, setTab] = React.useState<PanelTab>(() => {
    if (place.tab === null && wide && selection.runs.length > 1) {
      return 'compare';
    }
    return focused !== undefined && focused !== place.focused
      ? 'details'
      : (place.tab ?? 'charts');
  });
  const before = React.useRef(focused);
  React.useEffect(() => {
    if (focused !== undefined && focused !== before.current) {
      setTab('details');
    }
    before.current = focused;
    place.focused = focused;
  }, [focused]);
  React.useEffect(() => {
    place.tab = tab;
  }, [tab]);
  return [tab, setTab];
}
