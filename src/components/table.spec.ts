import type { Run } from '../api';
import type { Row } from '../model';
import type { IColumn } from './columns';
import { csvOf } from './csv';
import { keyAction } from './tableKeys';
import { layOut } from './tableLayout';

function columns(...widths_px: number[]): IColumn[] {
  return widths_px.map((width_px, at) => ({
    id: `metrics.${at}`,
    title: '',
    width_px,
    text: () => '',
    groupText: () => ''
  }));
}

describe('The layout of the table', () => {
  it('gives the name what the columns leave', () => {
    const { name_px, width_px } = layOut(columns(80, 80), [], 5, 700);
    expect([name_px, width_px]).toEqual([540, 700]);
  });

  it('shows a long name whole where columns scroll anyway', () => {
    const short = layOut(columns(...Array<number>(20).fill(80)), [], 8, 700);
    const long = layOut(columns(...Array<number>(20).fill(80)), [], 30, 700);
    expect(short.name_px).toBe(140);
    expect(long.name_px).toBe(292);
  });

  it('gives a long name the room of a column that would be cut short', () => {
    const many = columns(...Array<number>(20).fill(80));
    const whole = layOut(many, [], 40, 420);
    expect(whole.name_px).toBe(260);
    const nearly = layOut(many, [], 40, 300);
    expect(nearly.name_px).toBe(150);
  });

  it('pins columns beside the name, unless nothing would be left to scroll', () => {
    const some = columns(80, 90, 100);
    const wide = layOut(some, ['metrics.2'], 8, 500);
    expect(wide.pinned.map(one => one.id)).toEqual(['metrics.2']);
    expect(wide.columns.map(one => one.id)).toEqual(['metrics.0', 'metrics.1']);
    expect(wide.sticky_px).toBe(wide.name_px + 100);
    const narrow = layOut(some, ['metrics.2'], 8, 300);
    expect(narrow.pinned).toEqual([]);
    expect(narrow.columns).toHaveLength(3);
  });
});

describe('Keys in the table', () => {
  const row = { kind: 'run', child_count: 0, attempt_count: 1 } as Row;
  const press = (key: string, at = 5, of = row): unknown =>
    keyAction(
      { key, ctrlKey: false, metaKey: false, altKey: false },
      of,
      at,
      10,
      4
    );

  it.each([
    ['ArrowDown', 6],
    ['ArrowUp', 4],
    ['PageDown', 9],
    ['PageUp', 1],
    ['Home', 0],
    ['End', 9]
  ])('%s leads to row %i', (key, to) => {
    expect(press(key)).toEqual({ kind: 'go', to });
  });

  it('stay within the table', () => {
    expect(press('ArrowUp', 0)).toEqual({ kind: 'go', to: 0 });
    expect(press('ArrowDown', 9)).toEqual({ kind: 'go', to: 9 });
  });

  it('open and close what has something under it', () => {
    const closed = { ...row, child_count: 2, opened: false } as Row;
    const opened = { ...closed, opened: true } as Row;
    expect(press('ArrowRight', 5, closed)).toEqual({ kind: 'toggle' });
    expect(press('ArrowRight', 5, opened)).toBeNull();
    expect(press('ArrowLeft', 5, opened)).toEqual({ kind: 'toggle' });
    expect(press('ArrowLeft', 5, closed)).toEqual({ kind: 'up' });
  });

  it('leave other keys to JupyterLab', () => {
    expect(press('b')).toBeNull();
  });
});

describe('CSV', () => {
  it('has a column for each key, and no formulas of others', () => {
    const run = {
      run_id: 'a',
      run_name: '=HYPERLINK("x")',
      status: 'FINISHED',
      user_id: 'ada',
      source_name: 'a, "b".ipynb',
      start_time: 0,
      end_time: null,
      params: [{ key: 'lr', value: -0.5, type: 'float', origin: 'user' }],
      metrics: [{ key: 'loss', last: 'NaN' }],
      tags: { team: 'x' }
    } as unknown as Run;
    const other = { ...run, params: [], metrics: [], tags: {} };
    expect(csvOf([run, other])).toBe(
      [
        'run_id,run_name,status,user_id,source_name,start_time,end_time,params.lr,metrics.loss,tags.team',
        'a,"\'=HYPERLINK(""x"")",FINISHED,ada,"a, ""b"".ipynb",1970-01-01T00:00:00.000Z,,-0.5,NaN,x',
        'a,"\'=HYPERLINK(""x"")",FINISHED,ada,"a, ""b"".ipynb",1970-01-01T00:00:00.000Z,,,,\n'
      ].join('\n')
    );
  });
});
