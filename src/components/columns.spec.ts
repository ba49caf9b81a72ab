import type { Metric, Param, Run } from '../api';
import { orderTerm } from '../model';
import { defaultColumns } from './columns';

function param(key: string, value: number): Param {
  return { key, value, type: 'int', origin: 'user' };
}

function metric(key: string, origin: 'user' | 'auto'): Metric {
  return {
    key,
    count: 1,
    first: 0,
    last: 0,
    last_step: 0,
    last_time: 0,
    min: 0,
    min_step: 0,
    max: 0,
    max_step: 0,
    origin
  };
}

function run(params: Param[], metrics: Metric[]): Run {
  return { params, metrics } as unknown as Run;
}

describe('defaultColumns', () => {
  it('shows the params that differ and the metrics the user logged', () => {
    const runs = [
      run(
        [param('lr', 1), param('seed', 7)],
        [metric('loss', 'user'), metric('x', 'auto')]
      ),
      run([param('lr', 2), param('seed', 7)], [metric('loss', 'user')])
    ];
    expect(defaultColumns(runs)).toEqual(['params.lr', 'metrics.loss']);
  });

  it('shows one of each first, for a narrow panel', () => {
    const logged = [metric('loss', 'user'), metric('accuracy', 'user')];
    const runs = [1, 2].map(value =>
      run(
        ['lr', 'layers', 'seed'].map(key => param(key, value)),
        logged
      )
    );
    expect(defaultColumns(runs)).toEqual([
      'params.lr',
      'metrics.loss',
      'params.layers',
      'metrics.accuracy'
    ]);
  });
});

describe('orderTerm', () => {
  it('puts keys into back ticks, so that a slash is no operator', () => {
    expect(orderTerm('metrics.loss/train', true)).toBe(
      'metrics.`loss/train` DESC'
    );
    expect(orderTerm('start_time', false)).toBe('start_time ASC');
  });
});
