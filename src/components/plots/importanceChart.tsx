import * as React from 'react';
import type { Run } from '../../api';
import { csvRows, groupColor } from '../../charts';
import { useExplorer } from '../context';
import { Hint } from '../states';
import { Choice } from './choice';
import { Figure } from './figure';
import { importances, LEAST_RUNS } from './importance';
import { keyOf, tellingMetric, valueIds } from './values';

const MAX_BARS = 30;
const BAR_PX = 22;
const NAME_SHARE = 0.38;

/** How strongly a metric goes with each param. */
export function ImportanceChart(props: {
  runs: readonly Run[];
}): React.ReactElement {
  const { trans } = useExplorer();
  const { metrics } = valueIds(props.runs);
  const [chosen, setChosen] = React.useState('');
  const id = metrics.includes(chosen)
    ? chosen
    : tellingMetric(props.runs, metrics);
  const found = importances(props.runs, id).slice(0, MAX_BARS);
  return (
    <>
      <div className="jp-Lightflow-toolbar">
        <Choice
          label={trans.__('Metric')}
          value={id}
          groups={[{ title: trans.__('Metrics (last)'), ids: metrics }]}
          onChoose={setChosen}
        />
      </div>
      {found.length === 0 ? (
        <Hint>
          {trans.__(
            'At least %1 runs are needed that have this metric and differ in a param.',
            LEAST_RUNS
          )}
        </Hint>
      ) : (
        <Figure
          title={trans.__('Rank correlation with %1', keyOf(id))}
          csv={() =>
            csvRows([
              ['param', 'correlation', 'kind', 'runs'],
              ...found.map(one => [
                keyOf(one.id),
                String(one.strength),
                one.words ? 'eta' : 'spearman',
                String(one.count)
              ])
            ])
          }
          height_px={() => found.length * BAR_PX + 4}
        >
          {(width, theme) => {
            const left = width * NAME_SHARE;
            const full = width - left - 62;
            return found.map((one, index) => (
              <g key={one.id}>
                <title>
                  {one.words
                    ? trans.__(
                        'Correlation ratio η of the ranks, %1 runs',
                        one.count
                      )
                    : trans.__('Spearman’s ρ, %1 runs', one.count)}
                </title>
                <text x={left - 6} y={index * BAR_PX + 15} textAnchor="end">
                  {keyOf(one.id)}
                </text>
                <rect
                  x={left}
                  y={index * BAR_PX + 3}
                  width={full}
                  height={BAR_PX - 6}
                  fill={theme.grid}
                  fillOpacity={0.3}
                />
                <rect
                  x={left}
                  y={index * BAR_PX + 3}
                  width={Math.max(1, Math.abs(one.strength) * full)}
                  height={BAR_PX - 6}
                  fill={groupColor(one.words ? 5 : one.strength < 0 ? 1 : 0)}
                />
                <text x={left + full + 4} y={index * BAR_PX + 15}>
                  {one.words ? 'η ' : one.strength < 0 ? '−' : '+'}
                  {Math.abs(one.strength).toFixed(2)}
                </text>
              </g>
            ));
          }}
        </Figure>
      )}
      <p className="jp-Lightflow-faint">
        {trans.__(
          'Spearman’s rank correlation; for words the correlation ratio η of the ranks. Each param is looked at alone, over %1 runs: it shows what goes together, not what causes what.',
          props.runs.length
        )}
      </p>
    </>
  );
}
