import type { Run, Series } from '../api';
import { linesOf, stepsWithin, type IRunSeries } from './chartLines';
import { initialSettings } from './chartSettings';
import { chartCode } from './chartCode';

const SETTINGS = initialSettings({
  smoothing: 0,
  log_y: false,
  height_px: 200
});

function recorded(name: string, model: string, values: number[]): IRunSeries {
  const steps = values.map((_, index) => index * 10);
  return {
    run: {
      run_id: name.padEnd(32, '0'),
      run_name: name,
      status: name === 'b' ? 'CRASHED' : 'FINISHED',
      start_time: 1000,
      params: [{ key: 'model', value: model, type: 'str', origin: 'user' }]
    } as unknown as Run,
    series: {
      steps,
      values,
      times: steps.map(step => 1000 + step * 100)
    } as unknown as Series,
    axis: { steps: [0, 20], values: [0, 1] } as unknown as Series
  };
}

const FOUND = [
  recorded('a', 'mlp', [1, 2, 3]),
  recorded('b', 'mlp', [3, 4]),
  recorded('c', 'cnn', [7, 7, 7])
];

it.each([
  ['step', [0, 10, 20]],
  ['relative', [0, 1, 2]],
  ['time', [1000, 2000, 3000]],
  ['metrics.epoch', [0, 0, 1]]
])('a run is drawn over %s', (x, expected) => {
  expect(linesOf(FOUND, { ...SETTINGS, x })[0].x).toEqual(expected);
});

it('a line that ended badly has a sign at its end', () => {
  expect(linesOf(FOUND, SETTINGS).map(line => line.end_sign)).toEqual([
    undefined,
    '⚡',
    undefined
  ]);
});

it('runs of one value of a param become one line', () => {
  const lines = linesOf(FOUND, { ...SETTINGS, group_by: 'model' });
  expect(lines.map(line => [line.label, line.y])).toEqual([
    ['model = cnn (1)', [7, 7, 7]],
    ['model = mlp (2)', [2, 3, 3]]
  ]);
});

it('a part of any axis is asked for by its steps', () => {
  expect(stepsWithin(FOUND, SETTINGS, [3, 8])).toEqual([3, 8]);
  expect(
    stepsWithin(FOUND, { ...SETTINGS, x: 'relative' }, [0.9, 1.1])
  ).toEqual([0, 20]);
  expect(
    stepsWithin(FOUND, { ...SETTINGS, x: 'metrics.epoch' }, [5, 6])
  ).toBeNull();
});

it('the code of a chart names its runs and how it is drawn', () => {
  const code = chartCode('loss', [FOUND[0].run], {
    ...SETTINGS,
    x: 'metrics.epoch',
    smoothing: 0.5,
    log_y: true
  });
  expect(code).toBe(`import lightflow_jlab as lf

lf.chart(
    "loss",
    [
        "a0000000000000000000000000000000",  # a
    ],
    x="epoch",
    smoothing=0.5,
    log_y=True,
)`);
});
