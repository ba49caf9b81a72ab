import { cellPairs } from './cells';

const cell = (cell_id: string, source: string, execution_count: number) => ({
  cell_id,
  source,
  execution_count
});

it('pairs tracked cells first, then cells by their ids, then those of one side', () => {
  const before = {
    cells: [cell('t', 'train()', 4), cell('a', 'x = 1', 1), cell('b', 'y', 2)]
  };
  const after = {
    cells: [cell('u', 'train(2)', 5), cell('c', 'z', 1), cell('a', 'x = 2', 3)]
  };
  expect(cellPairs(before, after)).toEqual([
    { title: '[4] → [5]', before: 'train()', after: 'train(2)' },
    { title: '– → [1]', before: '', after: 'z' },
    { title: '[1] → [3]', before: 'x = 1', after: 'x = 2' },
    { title: '[2] → –', before: 'y', after: '' }
  ]);
});
