import * as React from 'react';
import type { IChartNotes } from '../charts';
import { useExplorer } from './context';

/** What the lines of a chart can't show, said beside its name. */
export function ChartNotes(props: {
  notes: IChartNotes;
}): React.ReactElement | null {
  const { trans } = useExplorer();
  const { outside, nan, infinite, not_positive } = props.notes;
  const texts = [
    outside > 0 && trans.__('%1 outside', outside.toLocaleString()),
    nan > 0 && trans.__('%1 NaN', nan.toLocaleString()),
    infinite > 0 && trans.__('%1 infinite', infinite.toLocaleString()),
    not_positive > 0 &&
      trans.__('%1 not above 0', not_positive.toLocaleString())
  ].filter(Boolean);
  return texts.length === 0 ? null : (
    <span className="jp-Lightflow-faint jp-Lightflow-notes">
      {texts.join(' · ')}
    </span>
  );
}
