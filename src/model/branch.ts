import type { Run, RunGroup } from '../api';
import type { Pages } from './pages';

/** A group of runs, or a run with what stands under it. */
export type Entry =
  | { kind: 'group'; group: RunGroup }
  | {
      kind: 'run';
      run: Run;
      child_count: number;
      /** Attempts that are folded into it, itself among them; 1 where there are no others. */
      attempt_count: number;
    };

export function keyOf(entry: Entry): string {
  return entry.kind === 'run'
    ? entry.run.run_id
    : `group ${JSON.stringify(entry.group.value)}`;
}

export function canOpen(entry: Entry): boolean {
  return (
    entry.kind === 'group' || entry.child_count > 0 || entry.attempt_count > 1
  );
}

/** A row of the table: an entry, and how deep it stands. */
export type Row = Entry & { key: string; level: number; opened: boolean };

interface IOpened {
  /** Where the entry stands in its branch; the last known place while its page isn't loaded. */
  index: number;
  branch: Branch;
}

/** Entries of one level, with the branches of those that are opened between them. */
export class Branch {
  constructor(
    readonly pages: Pages<Entry>,
    readonly level: number
  ) {}

  readonly opened = new Map<string, IOpened>();

  get rowCount(): number {
    let count = this.pages.total;
    for (const { branch } of this.opened.values()) {
      count += branch.rowCount;
    }
    return count;
  }

  /** In which branch a row is, and its place there. */
  locate(row: number): { branch: Branch; index: number } {
    let passed = 0;
    for (const { index, branch } of this._inOrder()) {
      const own = index + passed;
      if (row <= own) {
        break;
      }
      const count = branch.rowCount;
      if (row <= own + count) {
        return branch.locate(row - own - 1);
      }
      passed += count;
    }
    return { branch: this, index: row - passed };
  }

  /** The row of an entry that is loaded; -1 where it isn't. */
  rowOf(key: string): number {
    let passed = 0;
    const opened = this._inOrder();
    for (const [index, entry] of this.pages.loaded()) {
      while (opened.length > 0 && opened[0].index < index) {
        passed += opened.shift()?.branch.rowCount ?? 0;
      }
      if (keyOf(entry) === key) {
        return index + passed;
      }
    }
    passed = 0;
    for (const { index, branch } of this._inOrder()) {
      const found = branch.rowOf(key);
      if (found >= 0) {
        return index + passed + 1 + found;
      }
      passed += branch.rowCount;
    }
    return -1;
  }

  /** All entries that are loaded, each followed by those under it. */
  entries(): Entry[] {
    return this.pages
      .loaded()
      .flatMap(([, entry]) => [
        entry,
        ...(this.opened.get(keyOf(entry))?.branch.entries() ?? [])
      ]);
  }

  /** This branch and all under it. */
  branches(): Branch[] {
    return [
      this,
      ...[...this.opened.values()].flatMap(({ branch }) => branch.branches())
    ];
  }

  /** Open and close so that what is loaded is as it should be. Returns the new branches. */
  settle(
    shouldBeOpen: (entry: Entry) => boolean,
    make: (entry: Entry, level: number) => Branch
  ): Branch[] {
    const made: Branch[] = [];
    const present = new Set<string>();
    for (const [index, entry] of this.pages.loaded()) {
      const key = keyOf(entry);
      const known = this.opened.get(key);
      if (!shouldBeOpen(entry)) {
        continue;
      }
      present.add(key);
      if (known) {
        known.index = index;
      } else {
        const branch = make(entry, this.level + 1);
        this.opened.set(key, { index, branch });
        made.push(branch);
      }
    }
    for (const [key, { index, branch }] of this.opened) {
      const loaded = this.pages.at(index);
      const gone = loaded !== undefined || index >= this.pages.total;
      if (!present.has(key) && gone) {
        branch.dispose();
        this.opened.delete(key);
      } else {
        made.push(...branch.settle(shouldBeOpen, make));
      }
    }
    return made;
  }

  dispose(): void {
    this.branches().forEach(branch => branch.pages.dispose());
  }

  private _inOrder(): IOpened[] {
    return [...this.opened.values()].sort((a, b) => a.index - b.index);
  }
}
