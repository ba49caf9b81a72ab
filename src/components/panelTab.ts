import * as React from 'react';
import { useExplorer } from './context';
import { useSignal } from './hooks';

export type PanelTab = 'charts' | 'compare' | 'details';

/** What an explorer showed when it was hidden; a widget keeps it. */
export interface IPanelPlace {
  /** Null before it was first shown. */
  tab: PanelTab | null;
  /** How often details had been asked for then. */
  asked?: number;
}

/** Which tab is shown: as it was left, and details whenever they are asked for. */
export function usePanelTab(
  place: IPanelPlace,
  wide: boolean
): [PanelTab, (tab: PanelTab) => void] {
  const { selection } = useExplorer().model;
  useSignal(selection.changed);
  const { asked } = selection;
  const [tab, setTab] = React.useState<PanelTab>(() => {
    if (place.tab === null && wide && selection.runs.length > 1) {
      return 'compare';
    }
    return selection.focused !== null && asked !== place.asked
      ? 'details'
      : (place.tab ?? 'charts');
  });
  const before = React.useRef(asked);
  React.useEffect(() => {
    if (asked !== before.current) {
      setTab('details');
    }
    before.current = asked;
    place.asked = asked;
  }, [asked]);
  React.useEffect(() => {
    place.tab = tab;
  }, [tab]);
  return [tab, setTab];
}
