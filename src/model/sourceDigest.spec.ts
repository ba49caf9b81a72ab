import { readFileSync } from 'fs';
import { join } from 'path';
import { sourceDigest } from './sourceDigest';

describe('sourceDigest', () => {
  it('is what the kernel keeps of the same source', () => {
    const golden = JSON.parse(
      readFileSync(
        join(__dirname, '../../tests/golden/digests/cell_sources.json'),
        'utf-8'
      )
    ) as Record<string, string>;
    const found = Object.keys(golden).map(source => [
      source,
      sourceDigest(source)
    ]);
    expect(Object.fromEntries(found)).toEqual(golden);
  });
});
