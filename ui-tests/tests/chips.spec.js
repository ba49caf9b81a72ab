/**
 * The chips of a notebook are held against a model of them that is as simple as can be, over steps at
 * random. UI_TEST_SEED=7 UI_TEST_STEPS=500 plays another, longer sequence.
 */
const { expect, test } = require('@jupyterlab/galata');
const { openNotebook } = require('./notebookFile');

const SEED = Number(process.env.UI_TEST_SEED ?? 1);
const STEPS = Number(process.env.UI_TEST_STEPS ?? 30);
const MAX_CELLS = 9;
const NAMES = ['a', 'b', 'c'];
const BEGIN = [
  'import lightflow_jlab as lf',
  'a = 1',
  'b = a + 1',
  'c = b + 1',
  '%%track -q\nscore = c * 2',
  '%%track -q\nscore = a * 2'
];
/** Is never edited, moved or removed: without it there are no runs. */
const LOADING = 'steps-0';

/** Numbers from 0 to below 1 that are the same for a seed (mulberry32). */
function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A notebook and its kernel: which version of which cell set a name last, and what that stood on. */
class Model {
  constructor(cells) {
    this.cells = cells;
    this._set = new Map();
    this._runs = new Map();
  }

  run({ id, source }) {
    const stoodOn = new Map();
    for (const name of source.match(/\b[abc]\b(?! =)/g) ?? []) {
      this._set.get(name)?.forEach((version, cell) => {
        stoodOn.set(cell, version);
      });
    }
    stoodOn.set(id, source);
    const [, sets] = source.match(/^([abc]) =/) ?? [];
    if (sets) {
      this._set.set(sets, stoodOn);
    }
    if (source.startsWith('%%track')) {
      const count = (this._runs.get(id)?.count ?? 0) + 1;
      this._runs.set(id, { count, stoodOn });
    }
  }

  /** What the chips say, by cell. */
  chips() {
    const now = new Map(this.cells.map(({ id, source }) => [id, source]));
    const said = [...this._runs]
      .filter(([id]) => now.has(id))
      .map(([id, { count, stoodOn }]) => [
        id,
        `${count} ${count === 1 ? 'run' : 'runs'}, ${edits(id, stoodOn, now)}`
      ]);
    return Object.fromEntries(said);
  }
}

function edits(id, stoodOn, now) {
  if (now.get(id) !== stoodOn.get(id)) {
    return 'cell';
  }
  const others = [...stoodOn.keys()];
  if (others.some(other => !now.has(other))) {
    return 'gone';
  }
  return others.some(other => now.get(other) !== stoodOn.get(other))
    ? 'other'
    : 'none';
}

/** Draw a step: what is done, to which cell (by number, never the first), and what goes with it. */
function draw(random, cells) {
  const below = count => Math.floor(random() * count);
  const one = list => list[below(list.length)];
  const kinds = ['run', 'run', 'run', 'edit', 'edit', 'move'];
  if (cells.length < MAX_CELLS) {
    kinds.push('insert', 'copy');
  }
  if (cells.length > BEGIN.length) {
    kinds.push('remove', 'remove and undo', 'merge');
  }
  const kind = one(kinds);
  // A cell is merged with the one above.
  const first = kind === 'merge' ? 2 : 1;
  const place = first + below(cells.length - first);
  const to = 1 + below(cells.length - 1);
  // What has runs goes on having some, and an edit is taken back now and then.
  const isTracked =
    kind === 'insert'
      ? random() < 0.5
      : cells[place].source.startsWith('%%track');
  const number = 1 + below(2);
  const source = isTracked
    ? `%%track -q\nscore = ${one(NAMES)} * ${number}`
    : `${one(NAMES)} = ${one([...NAMES, '0'])} + ${number}`;
  return { kind, place, to, source };
}

/** Do a step in the browser; the cells as they are then. */
function perform(page, step) {
  return page.evaluate(async ({ kind, place, to, source }) => {
    const { commands, shell } = window.jupyterapp;
    const { content: notebook, sessionContext } = shell.currentWidget;
    await sessionContext.ready;
    const shared = notebook.model.sharedModel;
    notebook.deselectAll();
    notebook.activeCellIndex = place;
    switch (kind) {
      case 'run':
        await commands.execute('notebook:run-cell');
        break;
      case 'edit':
        shared.getCell(place).setSource(source);
        break;
      case 'insert':
        shared.insertCell(place, { cell_type: 'code', source });
        break;
      case 'move':
        notebook.moveCell(place, to);
        break;
      case 'copy':
        await commands.execute('notebook:copy-cell');
        await commands.execute('notebook:paste-cell-below');
        break;
      case 'remove':
        await commands.execute('notebook:delete-cell');
        break;
      case 'remove and undo':
        await commands.execute('notebook:delete-cell');
        await commands.execute('notebook:undo-cell-action');
        break;
      case 'merge':
        await commands.execute('notebook:merge-cell-above');
        break;
    }
    return shared.cells.map(cell => ({
      id: cell.id,
      source: cell.getSource()
    }));
  }, step);
}

/** What the chips of each view of the notebook say, by cell. */
function chipsOf(page) {
  return page.evaluate(() => {
    const views = [...window.jupyterapp.shell.widgets('main')].filter(one =>
      one.hasClass('jp-NotebookPanel')
    );
    return views.map(({ content }) =>
      Object.fromEntries(
        content.widgets.flatMap(cell => {
          const chips = cell.node.querySelectorAll('.jp-Lightflow-chip');
          return [...chips].map(chip => {
            const count = chip.querySelector('.jp-Lightflow-chip-menu');
            return [
              cell.model.id,
              `${count.textContent}, ${chip.dataset.edits}`
            ];
          });
        })
      )
    );
  });
}

test('After any edits, runs, moves and removals the chips say what a simple model says', async ({
  page
}) => {
  test.setTimeout(60_000 + STEPS * 10_000);
  await openNotebook(page, 'steps', BEGIN);
  const model = new Model(
    BEGIN.map((source, number) => ({ id: `steps-${number}`, source }))
  );
  const done = [];
  const said = new Set();
  const compare = async (views = 1) => {
    Object.values(model.chips()).forEach(words =>
      said.add(words.split(', ')[1])
    );
    await expect
      .poll(() => chipsOf(page), {
        message: `seed ${SEED} after ${JSON.stringify(done, null, 1)}`
      })
      .toEqual(Array.from({ length: views }, () => model.chips()));
  };

  for (const place of BEGIN.keys()) {
    model.cells = await perform(page, { kind: 'run', place });
    model.run(model.cells[place]);
  }
  await compare();

  const random = randomNumbers(SEED);
  for (let number = 0; number < STEPS; number++) {
    const step = draw(random, model.cells);
    done.push(step);
    model.cells = await perform(page, step);
    expect(model.cells[0].id).toBe(LOADING);
    if (step.kind === 'run') {
      model.run(model.cells[step.place]);
    }
    await compare();
  }
  expect([...said].sort()).toEqual(['cell', 'gone', 'none', 'other']);

  await test.step('A second view of the notebook, and one after a reload, say the same', async () => {
    await page.evaluate(() =>
      window.jupyterapp.commands.execute('docmanager:clone')
    );
    await compare(2);
    await page.notebook.save();
    await page.reload({ waitForIsReady: false });
    await expect.poll(() => chipsOf(page)).toEqual([model.chips()]);
  });
});
