import { formatNumber, formatSeconds } from './format';
import { xRange, yRange } from './ranges';
import { scale } from './scale';
import { smooth } from './smoothing';
import type { IChartOptions, IChartSeries, IChartTheme } from './types';

const WIDTH = 640;
const HEIGHT = 360;
const LEFT = 64;
const RIGHT = 16;
const TOP = 34;
const BOTTOM = 44;
const LEGEND_LINE = 18;

/** The chart as the text of an SVG file, with axes and a legend, to stand by itself. */
export function svgFile(
  lines: readonly IChartSeries[],
  options: IChartOptions,
  theme: IChartTheme
): string {
  const height = HEIGHT + LEGEND_LINE * lines.length;
  const x_range = xRange(lines, options);
  const y_range = yRange(lines, x_range, options);
  const x = scale(x_range, [LEFT, WIDTH - RIGHT], options.log_x, 6);
  const y = scale(y_range, [HEIGHT - BOTTOM, TOP], options.log_y, 5);
  const text = (
    at_x: number,
    at_y: number,
    content: string,
    rest = ''
  ): string =>
    `<text x="${round(at_x)}" y="${round(at_y)}" fill="${escape(theme.text)}" ${rest}>${escape(content)}</text>`;
  const rule = (x1: number, y1: number, x2: number, y2: number): string =>
    `<path d="M${round(x1)},${round(y1)}L${round(x2)},${round(y2)}" stroke="${escape(theme.grid)}"/>`;
  const parts = [
    `<rect width="${WIDTH}" height="${height}" fill="${escape(theme.background)}"/>`,
    text(LEFT, 20, options.title, 'font-weight="bold"'),
    ...y.ticks.map(
      tick =>
        rule(LEFT, y.place(tick), WIDTH - RIGHT, y.place(tick)) +
        text(
          LEFT - 6,
          y.place(tick) + 4,
          formatNumber(tick),
          'text-anchor="end"'
        )
    ),
    ...x.ticks.map(
      tick =>
        rule(x.place(tick), TOP, x.place(tick), HEIGHT - BOTTOM) +
        text(
          x.place(tick),
          HEIGHT - BOTTOM + 16,
          xTick(options, tick),
          'text-anchor="middle"'
        )
    ),
    text(
      (LEFT + WIDTH - RIGHT) / 2,
      HEIGHT - 8,
      options.x_label,
      'text-anchor="middle"'
    ),
    `<clipPath id="plot"><rect x="${LEFT}" y="${TOP}" width="${WIDTH - LEFT - RIGHT}" height="${HEIGHT - TOP - BOTTOM}"/></clipPath>`,
    '<g clip-path="url(#plot)" fill="none" stroke-linejoin="round">',
    ...lines.map(line => drawn(line, options.smoothing, x.place, y.place)),
    '</g>',
    ...lines.map((line, index) => {
      const at = HEIGHT + index * LEGEND_LINE + 4;
      return (
        `<path d="M${LEFT},${at}h18" stroke="${escape(line.color)}" stroke-width="2"/>` +
        text(LEFT + 26, at + 4, line.label)
      );
    })
  ];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" ` +
    `viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">${parts.join('')}</svg>`
  );
}

type Place = (value: number) => number;

function drawn(
  line: IChartSeries,
  smoothing: number,
  x: Place,
  y: Place
): string {
  const color = escape(line.color);
  const curve = (values: readonly number[], style: string): string =>
    `<path d="${pathOf(line.x, values, x, y)}" stroke="${color}" ${style}/>`;
  const band = line.band
    ? `<path d="${bandOf(line, x, y)}" fill="${color}" fill-opacity="0.18"/>`
    : '';
  return smoothing > 0
    ? band +
        curve(line.y, 'stroke-width="1.5" stroke-opacity="0.28"') +
        curve(smooth(line.y, smoothing), 'stroke-width="2"')
    : band + curve(line.y, 'stroke-width="1.5"');
}

function pathOf(
  xs: readonly number[],
  ys: readonly number[],
  x: Place,
  y: Place
): string {
  let path = '';
  let joined = false;
  xs.forEach((value, index) => {
    const at_x = x(value);
    const at_y = y(ys[index]);
    if (Number.isNaN(at_x) || Number.isNaN(at_y)) {
      joined = false;
      return;
    }
    path += `${joined ? 'L' : 'M'}${round(at_x)},${round(at_y)}`;
    joined = true;
  });
  return path;
}

function bandOf(line: IChartSeries, x: Place, y: Place): string {
  const places = line.x
    .map((_, index) => index)
    .filter(
      index =>
        !Number.isNaN(y(line.band?.low[index] ?? NaN)) &&
        !Number.isNaN(y(line.band?.high[index] ?? NaN))
    );
  const point = (
    values: readonly number[] | undefined,
    index: number
  ): string => `${round(x(line.x[index]))},${round(y(values?.[index] ?? NaN))}`;
  return places.length < 2
    ? ''
    : `M${[
        ...places.map(index => point(line.band?.high, index)),
        ...places.reverse().map(index => point(line.band?.low, index))
      ].join('L')}Z`;
}

function xTick(options: IChartOptions, tick: number): string {
  switch (options.x_kind) {
    case 'time':
      return new Date(tick).toLocaleTimeString();
    case 'relative':
      return formatSeconds(tick);
    case 'step':
    case 'metric':
      return formatNumber(tick);
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Control marks have no place in XML. */
function escape(text: string): string {
  return [...text]
    .filter(letter => letter >= ' ')
    .join('')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}
