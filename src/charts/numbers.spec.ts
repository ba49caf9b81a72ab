import {
  along,
  chartNotes,
  csvFile,
  rankCorrelationRatio,
  spearman,
  svgFile,
  ticks,
  yRange,
  type IChartOptions,
  type IChartSeries
} from '.';

const PLAIN: IChartOptions = {
  title: 'loss',
  x_label: 'step',
  x_kind: 'step',
  log_x: false,
  log_y: false,
  robust: false,
  smoothing: 0,
  height_px: 200
};

function line(y: number[], label = 'run'): IChartSeries {
  return { id: label, label, color: '#000', x: y.map((_, index) => index), y };
}

describe('what is far out', () => {
  const lines = [line([1, 2, 3, 4, 5, 6, 7, 8, 1000])];

  it('stays outside of the range on request, and is counted', () => {
    const [, high] = yRange(lines, [0, 8], { log_y: false, robust: true });
    expect(high).toBeLessThan(10);
    expect(chartNotes(lines, { ...PLAIN, robust: true }).outside).toBe(1);
  });

  it('stays inside otherwise', () => {
    const [, high] = yRange(lines, [0, 8], { log_y: false, robust: false });
    expect(high).toBeGreaterThan(1000);
    expect(chartNotes(lines, PLAIN).outside).toBe(0);
  });

  it('is nothing where half of the values are equal', () => {
    const equal = [line([1, 1, 1, 1, 1, 50])];
    expect(chartNotes(equal, { ...PLAIN, robust: true }).outside).toBe(0);
  });
});

it('counts what no line can show', () => {
  const lines = [line([NaN, NaN, Infinity, -1, 0, 2])];
  expect(chartNotes(lines, { ...PLAIN, log_y: true })).toEqual({
    outside: 0,
    nan: 2,
    infinite: 1,
    not_positive: 2
  });
});

it('puts values over what another metric was at their step', () => {
  expect(along([0, 5, 10, 11], [1, 2, 3, 4], [5, 10], [0, 1])).toEqual({
    x: [0, 1, 1],
    y: [2, 3, 4]
  });
});

describe('correlation', () => {
  it('is one for what grows together, in whatever way', () => {
    expect(spearman([1, 2, 3, 4], [1, 10, 100, 1000])).toBeCloseTo(1);
    expect(spearman([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1);
    expect(spearman([1, 1, 1], [3, 2, 1])).toBe(0);
  });

  it('gives equal values equal ranks', () => {
    // By hand: ranks 1.5, 1.5, 3 against 1, 2, 3.
    expect(spearman([5, 5, 9], [1, 2, 3])).toBeCloseTo(1.5 / Math.sqrt(3));
  });

  it('of words is one where they decide the order', () => {
    expect(rankCorrelationRatio(['a', 'a', 'b', 'b'], [1, 1, 5, 5])).toBe(1);
    expect(rankCorrelationRatio(['a', 'b', 'a', 'b'], [1, 1, 5, 5])).toBe(0);
  });
});

describe('ticks', () => {
  it.each([
    [
      [0, 1],
      [0, 0.2, 0.4, 0.6, 0.8, 1]
    ],
    [
      [-3, 12],
      [0, 5, 10]
    ]
  ] as [[number, number], number[]][])(
    'within %p are %p',
    (range, expected) => {
      expect(ticks(range, 5)).toEqual(expected);
    }
  );
});

describe('files', () => {
  it('quote what CSV and spreadsheets would misread', () => {
    expect(csvFile([line([1, NaN], '=a,"b"')], 'step', 'loss')).toBe(
      'id,name,step,loss\r\n' +
        '"\'=a,""b""","\'=a,""b""",0,1\r\n' +
        '"\'=a,""b""","\'=a,""b""",1,NaN\r\n'
    );
  });

  it('are well-formed SVG whatever a run is called', () => {
    const theme = {
      text: '#333',
      grid: '#ddd',
      background: '#fff',
      border: '',
      font: ''
    };
    const svg = svgFile(
      [line([1, NaN, 2, Infinity, 3], '<script>"&\u0001')],
      { ...PLAIN, smoothing: 0.5 },
      theme
    );
    const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml');
    expect(parsed.querySelector('parsererror')).toBeNull();
    expect(parsed.querySelector('script')).toBeNull();
    expect(parsed.documentElement.textContent).toContain('<script>"&');
  });
});
