import type { Number as WireNumber } from './contract';

/** The number that travelled, where JSON had only a word for it. */
export function decodeNumber(value: WireNumber): number {
  return typeof value === 'number' ? value : Number(value);
}
