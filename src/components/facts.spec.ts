import { factsOf } from './facts';

const json = (value: unknown): Parameters<typeof factsOf>[0] => ({
  media_type: 'application/json',
  text: JSON.stringify(value)
});

describe('The facts of a document', () => {
  it('are its own, then those of its parts', () => {
    expect(
      factsOf(json({ packages: { numpy: '2.1' }, python: '3.11', dirty: true }))
    ).toEqual([
      { key: 'python', value: '3.11' },
      { key: 'dirty', value: 'true' },
      { key: 'numpy', value: '2.1' }
    ]);
  });

  it('are none where it is text, a list, or cut off', () => {
    expect(factsOf({ media_type: 'text/plain', text: '{"a": 1}' })).toEqual([]);
    expect(factsOf(json([1, 2]))).toEqual([]);
    expect(factsOf({ media_type: 'application/json', text: '{"a": ' })).toEqual(
      []
    );
  });
});
