import { meanWithBand } from '.';

describe('meanWithBand', () => {
  it('takes each line between its own points, and not outside of them', () => {
    const { x, y, band } = meanWithBand(
      [
        { x: [0, 10], y: [0, 10] },
        { x: [0, 5, 20], y: [2, 7, 7] }
      ],
      'range'
    );
    expect(x).toEqual([0, 5, 10, 20]);
    expect(y).toEqual([1, 6, 8.5, 7]);
    expect(band).toEqual({ low: [0, 5, 7, 7], high: [2, 7, 10, 7] });
  });

  it('has the standard deviation of a sample on both sides', () => {
    const { y, band } = meanWithBand(
      [1, 2, 3].map(value => ({ x: [0], y: [value] })),
      'deviation'
    );
    expect([y, band]).toEqual([[2], { low: [1], high: [3] }]);
  });

  it('leaves a line out where it has a gap', () => {
    const { y } = meanWithBand(
      [
        { x: [0, 1, 2], y: [0, NaN, 0] },
        { x: [0, 1, 2], y: [4, 4, Infinity] }
      ],
      'range'
    );
    expect(y).toEqual([2, 4, 0]);
  });

  it('counts the last of several points at one place', () => {
    const { x, y } = meanWithBand([{ x: [1, 1], y: [3, 5] }], 'range');
    expect([x, y]).toEqual([[1], [5]]);
  });

  it('has at most 1,000 places', () => {
    const steps = Array.from({ length: 5000 }, (_, index) => index);
    const { x } = meanWithBand([{ x: steps, y: steps }], 'range');
    expect([x.length, x[0], x[999]]).toEqual([1000, 0, 4999]);
  });
});
