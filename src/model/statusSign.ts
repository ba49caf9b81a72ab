import type { RunStatus } from '../api';

const SIGNS: Record<RunStatus, string> = {
  RUNNING: '●',
  FINISHED: '✓',
  FAILED: '✗',
  KILLED: '■',
  CRASHED: '⚡',
  STALLED: '◌',
  SCHEDULED: '◷'
};

/** One character for a state; not every state by colour alone. */
export function statusSign(status: RunStatus): string {
  return SIGNS[status];
}
