import { Signal } from '@lumino/signaling';
import type { CellRuns, Run, ServerMessage } from '../api';
import { cellChip, type Edits } from './cellChip';
import { CellRunsIndex } from './cellRunsIndex';
import { sourceDigest } from './sourceDigest';

const SETTLED_MS = 1000;
const SEQUENCES = 60;
const STEPS = 40;
const SOURCES = ['x = 1', 'x = 2', 'fit(x)', ''];

/** Numbers below `most` that are the same in each test run. */
function generator(seed: number): (most: number) => number {
  let state = seed;
  return most => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
}

/** A server that knows runs of cells and tells of changes. */
class FakeServer {
  readonly messages = new Signal<this, ServerMessage>(this);
  readonly cells = new Map<string, CellRuns>();
  asked: string[][] = [];

  cellRuns(cell_ids: readonly string[]): Promise<{
    cells: CellRuns[];
    seq: number;
  }> {
    this.asked.push([...cell_ids]);
    const cells = cell_ids.flatMap(cell_id => this.cells.get(cell_id) ?? []);
    return Promise.resolve({ cells, seq: 1 });
  }

  add(cell_id: string, stood_on: CellRuns['stood_on'] = []): Run {
    const before = this.cells.get(cell_id);
    const run = {
      run_id: `${cell_id}-${(before?.total ?? 0) + 1}`,
      cell_id,
      source_name: '',
      status: 'FINISHED',
      lifecycle_stage: 'active',
      metrics: []
    } as unknown as Run;
    const runs = [run, ...(before?.runs ?? [])].slice(0, 20);
    this.cells.set(cell_id, {
      cell_id,
      runs,
      total: (before?.total ?? 0) + 1,
      stood_on,
      metric: null,
      lower_is_better: null
    });
    this.tell([run]);
    return run;
  }

  tell(runs: Run[], removed_run_ids: string[] = []): void {
    this.messages.emit({
      type: 'changes',
      seq: 2,
      experiments: [],
      runs,
      removed_run_ids,
      removed_experiment_ids: []
    });
  }
}

interface IModelCell {
  id: string;
  source: string;
  /** The last run: what this cell and those that it stood on were. */
  ran: Map<string, string> | null;
  runs: number;
}

/** A notebook as one would describe it on paper. */
class ModelNotebook {
  cells: IModelCell[] = [];
  private _made = 0;

  constructor(private readonly _pick: (most: number) => number) {}

  insert(source: string, place: number): void {
    const id = `cell-${this._made++}`;
    this.cells.splice(place, 0, { id, source, ran: null, runs: 0 });
  }

  /** Do one thing that a person does; a run is told to the server. */
  step(server: FakeServer): void {
    const source = SOURCES[this._pick(SOURCES.length)];
    const place = this._pick(this.cells.length);
    const cell = this.cells[place];
    if (!cell) {
      this.insert(source, 0);
      return;
    }
    switch (this._pick(9)) {
      case 0:
        this.insert(source, place);
        break;
      case 1:
        this.cells.splice(place, 1);
        break;
      case 2:
        this.cells.splice(place, 1);
        this.cells.splice(this._pick(this.cells.length + 1), 0, cell);
        break;
      case 3:
        this.insert(cell.source, place + 1);
        break;
      case 4: {
        // JupyterLab gives one half a new id and leaves the other in the cell.
        const half = Math.floor(cell.source.length / 2);
        this.insert(cell.source.slice(0, half), place);
        cell.source = cell.source.slice(half);
        break;
      }
      case 5:
        cell.source = source;
        break;
      case 6: {
        // Merged with the one below, whose id is gone.
        const [below] = this.cells.splice(place + 1, 1);
        cell.source += below ? `\n${below.source}` : '';
        break;
      }
      default:
        this._run(cell, server);
    }
  }

  expected(cell: IModelCell): { edits: Edits; total: number } | null {
    if (cell.ran === null) {
      return null;
    }
    const now = new Map(this.cells.map(one => [one.id, one.source.trim()]));
    const others = [...cell.ran].filter(([id]) => id !== cell.id);
    const edits =
      cell.ran.get(cell.id) !== now.get(cell.id)
        ? 'cell'
        : others.some(([id]) => !now.has(id))
          ? 'gone'
          : others.some(([id, source]) => now.get(id) !== source)
            ? 'other'
            : 'none';
    return { edits, total: cell.runs };
  }

  private _run(cell: IModelCell, server: FakeServer): void {
    const others = this.cells.filter(
      one => one !== cell && this._pick(3) === 0
    );
    cell.ran = new Map(
      [...others, cell].map(one => [one.id, one.source.trim()])
    );
    cell.runs += 1;
    server.add(
      cell.id,
      [...cell.ran].map(([cell_id, source]) => ({
        cell_id,
        digest: sourceDigest(source)
      }))
    );
  }
}

describe('CellRunsIndex', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  function following(
    server: FakeServer,
    isOpen: (cell_id: string) => boolean = () => false
  ): CellRunsIndex {
    return new CellRunsIndex(server, server.messages, isOpen);
  }

  it('asks about each cell once, and about none that is not open', async () => {
    const server = new FakeServer();
    server.add('a');
    const index = following(server);
    await index.load(['a', 'b']);
    await index.load(['b', 'a']);
    server.add('elsewhere');
    await jest.advanceTimersByTimeAsync(SETTLED_MS);
    expect(server.asked).toEqual([['a', 'b']]);
    expect(index.get('a')?.total).toBe(1);
    expect(index.get('b')).toBeUndefined();
  });

  it('shows a running run as it changes, and asks again when it ends', async () => {
    const server = new FakeServer();
    const index = following(server);
    const run: Run = { ...server.add('a'), status: 'RUNNING' };
    server.cells.set('a', { ...server.cells.get('a')!, runs: [run] });
    await index.load(['a']);
    const changed: string[][] = [];
    index.changed.connect((_, cells) => changed.push([...cells]));
    server.tell([{ ...run, run_name: 'renamed' }]);
    expect(index.get('a')?.runs[0].run_name).toBe('renamed');
    expect(changed).toEqual([['a']]);
    await jest.advanceTimersByTimeAsync(SETTLED_MS);
    expect(server.asked).toHaveLength(1);
    server.tell([{ ...run, status: 'FINISHED' }]);
    await jest.advanceTimersByTimeAsync(SETTLED_MS);
    expect(server.asked).toHaveLength(2);
  });

  it('asks a few times for what a kernel tells a moment later', async () => {
    const server = new FakeServer();
    const run = server.add('a', null);
    const index = following(server);
    await index.load(['a']);
    for (let change = 0; change < 10; change++) {
      server.tell([run]);
      await jest.advanceTimersByTimeAsync(SETTLED_MS);
    }
    expect(server.asked).toHaveLength(4);
  });

  it('forgets runs that are deleted for good', async () => {
    const server = new FakeServer();
    const run = server.add('a');
    const index = following(server);
    await index.load(['a']);
    server.cells.delete('a');
    server.tell([], [run.run_id]);
    await jest.advanceTimersByTimeAsync(SETTLED_MS);
    expect(index.get('a')).toBeUndefined();
  });

  it('says what a simple model says, whatever is done to the notebook', async () => {
    const seen = new Set<string | undefined>();
    for (let seed = 1; seed <= SEQUENCES; seed++) {
      const server = new FakeServer();
      const notebook = new ModelNotebook(generator(seed));
      const index = following(server, cell_id =>
        notebook.cells.some(cell => cell.id === cell_id)
      );
      for (let step = 0; step < STEPS; step++) {
        notebook.step(server);
        await jest.advanceTimersByTimeAsync(SETTLED_MS);
        const digests = new Map(
          notebook.cells.map(({ id, source }) => [id, sourceDigest(source)])
        );
        const told = notebook.cells.map(cell => {
          const chip = cellChip(index.get(cell.id), () => true, digests);
          seen.add(chip?.edits);
          return chip && { edits: chip.edits, total: chip.total };
        });
        expect([seed, step, told]).toEqual([
          seed,
          step,
          notebook.cells.map(cell => notebook.expected(cell))
        ]);
      }
      index.dispose();
    }
    expect(seen).toEqual(new Set([undefined, 'none', 'cell', 'other', 'gone']));
  });
});
