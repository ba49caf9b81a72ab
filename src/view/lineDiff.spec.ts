import { lineDiff, type IDiffLine } from './lineDiff';

function shown(lines: readonly IDiffLine[]): string[] {
  const signs = { same: ' ', removed: '-', added: '+' };
  return lines.map(line => signs[line.kind] + line.text);
}

function side(lines: readonly IDiffLine[], without: IDiffLine['kind']): string {
  return lines
    .filter(line => line.kind !== without)
    .map(line => line.text)
    .join('\n');
}

describe('lineDiff', () => {
  it('keeps what is shared and tells what was removed and added', () => {
    expect(shown(lineDiff('a\nb\nc\nd', 'a\nx\nc\ny\nd'))).toEqual([
      ' a',
      '-b',
      '+x',
      ' c',
      '+y',
      ' d'
    ]);
  });

  it('is empty of changes for equal texts', () => {
    expect(shown(lineDiff('a\nb', 'a\nb'))).toEqual([' a', ' b']);
  });

  it('holds both texts whole, whatever they are', () => {
    const texts = ['', 'a', 'a\na', 'b\na\nb', 'c\nb\na', 'a\nb\nc\na\nb'];
    for (const before of texts) {
      for (const after of texts) {
        const lines = lineDiff(before, after);
        expect(side(lines, 'added')).toBe(before);
        expect(side(lines, 'removed')).toBe(after);
      }
    }
  });

  it('shows the middle as replaced where comparing it would take too long', () => {
    const many = (word: string): string =>
      Array.from({ length: 3000 }, (_, index) => `${word} ${index}`).join('\n');
    const lines = lineDiff(`top\n${many('a')}`, `top\n${many('b')}`);
    expect(lines).toHaveLength(6001);
  });
});
