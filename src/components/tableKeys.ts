import type * as React from 'react';
import { canOpen, type Row } from '../model';

/** What a key asks of the explorer. */
export type TableKey = 'details' | 'rename' | 'delete' | 'all' | 'none';

export type KeyAction =
  | { kind: 'go'; to: number }
  | { kind: 'toggle' }
  | { kind: 'up' }
  | { kind: 'mark' }
  | { kind: 'key'; key: TableKey };

type PressedKey = Pick<
  React.KeyboardEvent,
  'key' | 'ctrlKey' | 'metaKey' | 'altKey'
>;

/** What a key does in a row; null where it does nothing. `page` is in rows. */
export function keyAction(
  pressed: PressedKey,
  row: Row,
  at: number,
  rowCount: number,
  page: number
): KeyAction | null {
  const within = (to: number): KeyAction => ({
    kind: 'go',
    to: Math.max(0, Math.min(rowCount - 1, to))
  });
  if (pressed.altKey) {
    return null;
  }
  if (pressed.ctrlKey || pressed.metaKey) {
    return pressed.key.toLowerCase() === 'a'
      ? { kind: 'key', key: 'all' }
      : null;
  }
  switch (pressed.key) {
    case 'ArrowDown':
      return within(at + 1);
    case 'ArrowUp':
      return within(at - 1);
    case 'PageDown':
      return within(at + page);
    case 'PageUp':
      return within(at - page);
    case 'Home':
      return within(0);
    case 'End':
      return within(rowCount - 1);
    case 'ArrowRight':
      return canOpen(row) && !row.opened ? { kind: 'toggle' } : null;
    case 'ArrowLeft':
      return canOpen(row) && row.opened ? { kind: 'toggle' } : { kind: 'up' };
    case ' ':
      return row.kind === 'group' ? { kind: 'toggle' } : { kind: 'mark' };
    case 'Enter':
      return row.kind === 'group'
        ? { kind: 'toggle' }
        : { kind: 'key', key: 'details' };
    case 'F2':
      return row.kind === 'run' ? { kind: 'key', key: 'rename' } : null;
    case 'Delete':
      return row.kind === 'run' ? { kind: 'key', key: 'delete' } : null;
    case 'Escape':
      return { kind: 'key', key: 'none' };
    default:
      return null;
  }
}
