/**
 * BLAKE2s with 16 bytes of output, as RFC 7693 has it: the browser's own digests are asynchronous
 * and missing on pages served over plain HTTP.
 */

const INITIAL = Uint32Array.of(
  0x6a09e667,
  0xbb67ae85,
  0x3c6ef372,
  0xa54ff53a,
  0x510e527f,
  0x9b05688c,
  0x1f83d9ab,
  0x5be0cd19
);
const OUTPUT_BYTES = 16;
const BLOCK_BYTES = 64;
const PARAMETERS = 0x01010000 | OUTPUT_BYTES;

/** Which word of the block each step of a round takes. */
const ORDERS = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
  [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
  [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
  [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
  [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
  [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
  [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
  [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
  [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0]
];

/** Columns, then diagonals, of the state as a square. */
const QUARTERS = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14]
];

/** The digest that the kernel keeps of a cell's source; white space around it doesn't count. */
export function sourceDigest(source: string): string {
  const bytes = new TextEncoder().encode(
    source.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '')
  );
  const hash = Uint32Array.from(INITIAL);
  hash[0] ^= PARAMETERS;
  const blocks = Math.max(1, Math.ceil(bytes.length / BLOCK_BYTES));
  const padded = new DataView(new ArrayBuffer(blocks * BLOCK_BYTES));
  new Uint8Array(padded.buffer).set(bytes);
  const words = new Uint32Array(16);
  for (let block = 0; block < blocks; block++) {
    for (let word = 0; word < words.length; word++) {
      words[word] = padded.getUint32(block * BLOCK_BYTES + 4 * word, true);
    }
    const last = block === blocks - 1;
    compress(
      hash,
      words,
      last ? bytes.length : (block + 1) * BLOCK_BYTES,
      last
    );
  }
  return hex(hash);
}

function compress(
  hash: Uint32Array,
  words: Uint32Array,
  count: number,
  last: boolean
): void {
  const state = new Uint32Array(16);
  state.set(hash);
  state.set(INITIAL, 8);
  state[12] ^= count;
  if (last) {
    state[14] = ~state[14];
  }
  for (const order of ORDERS) {
    for (let quarter = 0; quarter < QUARTERS.length; quarter++) {
      const [a, b, c, d] = QUARTERS[quarter];
      state[a] += state[b] + words[order[2 * quarter]];
      state[d] = rotated(state[d] ^ state[a], 16);
      state[c] += state[d];
      state[b] = rotated(state[b] ^ state[c], 12);
      state[a] += state[b] + words[order[2 * quarter + 1]];
      state[d] = rotated(state[d] ^ state[a], 8);
      state[c] += state[d];
      state[b] = rotated(state[b] ^ state[c], 7);
    }
  }
  for (let word = 0; word < hash.length; word++) {
    hash[word] ^= state[word] ^ state[word + 8];
  }
}

function rotated(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

function hex(hash: Uint32Array): string {
  const view = new DataView(new ArrayBuffer(OUTPUT_BYTES));
  for (let word = 0; word < OUTPUT_BYTES / 4; word++) {
    view.setUint32(4 * word, hash[word], true);
  }
  return Array.from(new Uint8Array(view.buffer), byte =>
    byte.toString(16).padStart(2, '0')
  ).join('');
}
