import { readFileSync } from 'node:fs';
import { formatNumber, formatSeconds, runColor, smooth } from '.';

describe('smooth', () => {
  it('leaves a constant as it is from the first point on', () => {
    expect(smooth([2, 2, 2], 0.9)).toEqual(
      [2, 2, 2].map(value => expect.closeTo(value))
    );
  });

  it('keeps a gap a gap and goes on behind it', () => {
    expect(smooth([1, NaN, 1], 0.5)).toEqual([1, NaN, 1]);
  });

  it('moves towards a new level', () => {
    const [, second] = smooth([0, 1], 0.5);
    expect(second).toBeCloseTo(2 / 3);
  });
});

describe('formatNumber', () => {
  it.each([
    [0, '0'],
    [12300, '12,300'],
    [0.012345, '0.01235'],
    [1.2e-7, '1.2e-7'],
    [-4.5e12, '-4.5e+12'],
    [Infinity, 'Infinity']
  ])('writes %p as %p', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });
});

describe('formatSeconds', () => {
  it.each([
    [0.26, '0.3 s'],
    [59, '59 s'],
    [185, '3 min 5 s'],
    [7800, '2 h 10 min']
  ])('writes %p as %p', (value, text) => {
    expect(formatSeconds(value)).toBe(text);
  });
});

describe('runColor', () => {
  it('gives each run the colour that Python gives it', () => {
    const golden = JSON.parse(
      readFileSync('tests/golden/palette/run_colors.json', 'utf-8')
    ) as Record<string, string>;
    const ids = Object.keys(golden);
    expect(ids.length).toBeGreaterThan(3);
    expect(Object.fromEntries(ids.map(id => [id, runColor(id)]))).toEqual(
      golden
    );
  });
});
