import { cellsOf, packagesOf } from './compareDetails';

it('a package list that is missing or broken is empty', () => {
  expect(packagesOf('{"packages": {"numpy": "2.4"}}')).toEqual({
    numpy: '2.4'
  });
  expect([packagesOf(null), packagesOf('no json'), packagesOf('7')]).toEqual([
    {},
    {},
    {}
  ]);
});

describe('the cells of a run', () => {
  const slice = JSON.stringify({
    cells: [
      { cell_id: 'a', execution_count: 1, source: 'x = 1' },
      { cell_id: 'b', execution_count: 2, source: 'train(x)' }
    ]
  });

  it('begin with its own', () => {
    expect(cellsOf('train(x)', slice)).toEqual([
      { cell_id: 'b', execution_count: 2, source: 'train(x)' },
      { cell_id: 'a', execution_count: 1, source: 'x = 1' }
    ]);
  });

  it('are its own alone where nothing else is known', () => {
    expect(cellsOf('train(x)', null)).toEqual([
      { cell_id: '', execution_count: null, source: 'train(x)' }
    ]);
    expect(cellsOf(null, null)).toEqual([]);
  });
});
