import type { LightflowClient, RunPatch, RunsPatch } from '../api';
import { RunEdits } from './runEdits';

function editing(): { edits: RunEdits; sent: (RunPatch | RunsPatch)[] } {
  const sent: (RunPatch | RunsPatch)[] = [];
  const client = {
    updateRun: (_: string, patch: RunPatch) => {
      sent.push(patch);
      return Promise.resolve({
        run_name: patch.run_name?.trim(),
        note: patch.note,
        tags: patch.tags ?? {}
      });
    },
    updateRuns: (patch: RunsPatch) => {
      sent.push(patch);
      return Promise.resolve({
        run_count: patch.run_ids.length,
        former_tags: { a: { team: null }, b: { team: 'x' }, c: { team: null } }
      });
    }
  } as unknown as LightflowClient;
  return { edits: new RunEdits(client), sent };
}

describe('Edits', () => {
  it('send what was seen, and undo from what was made of it', async () => {
    const { edits, sent } = editing();
    await edits.change('a', 'run_name', 'old', ' new ', '');
    await edits.undo();
    expect(sent).toEqual([
      { run_name: ' new ', seen: { run_name: 'old' } },
      { run_name: 'old', seen: { run_name: 'new' } }
    ]);
  });

  it('give runs the tags back that each had', async () => {
    const { edits, sent } = editing();
    await edits.tag(['a', 'b', 'c'], { team: 'y' }, '');
    await edits.undo();
    expect(sent.slice(1)).toEqual([
      { run_ids: ['a', 'c'], tags: { team: null } },
      { run_ids: ['b'], tags: { team: 'x' } }
    ]);
  });

  it('are undone from the last to the first, each once', async () => {
    const { edits, sent } = editing();
    const done: string[] = [];
    edits.done.connect((_, edit) => void done.push(edit.title));
    await edits.change('a', 'tags.team', null, 'x', 'first');
    await edits.move(['a'], 'deleted', 'second');
    expect((await edits.undo())?.title).toBe('second');
    expect((await edits.undo())?.title).toBe('first');
    expect(await edits.undo()).toBeNull();
    expect(done).toEqual(['first', 'second']);
    expect(sent.slice(2)).toEqual([
      { run_ids: ['a'], lifecycle_stage: 'active' },
      { tags: { team: null }, seen: { 'tags.team': 'x' } }
    ]);
  });
});
