import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  type JsonBytes,
  jsonBytes,
  takeBytes,
  writeByte,
  writeBytes,
  writeJson,
  writeNumber,
  writeString,
} from './json-bytes.ts';

const written = (write: (out: JsonBytes) => void): string => {
  const out = jsonBytes();
  write(out);
  return String(takeBytes(out));
};

/** Code units of every length in UTF-8, characters that JSON escapes and halves of surrogate pairs among them. */
const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 600 }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.string({
    unit: fc.constantFrom('a', '"', '\\', '\n', 'é', 'Ł', '€', '😀', '\ud83d', '\u007f', '\u0080'),
  }),
);

it('writes strings and numbers as JSON.stringify does', () => {
  fc.assert(
    fc.property(texts, (text) => {
      expect(written((out) => writeString(out, text))).toBe(JSON.stringify(text));
    }),
    { numRuns: 2_000 },
  );
  fc.assert(
    fc.property(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer()), (number) => {
      expect(written((out) => writeNumber(out, number))).toBe(JSON.stringify(number));
    }),
  );
});

it('makes room as it goes, whatever is written', () => {
  const out = jsonBytes();
  const key = new Uint8Array(Buffer.from(',"key":'));
  let expected = '';
  for (let n = 0; n < 40_000; n++) {
    writeBytes(out, key);
    writeByte(out, 0x5b);
    writeNumber(out, n);
    writeString(out, '€"\u0001');
    writeJson(out, '"€€"');
    expected += `,"key":[${n}${JSON.stringify('€"\u0001')}"€€"`;
  }
  expect(String(takeBytes(out)) === expected).toBe(true);
});

it('gives a copy, so that what is written next does not show in it', () => {
  const out = jsonBytes();
  writeString(out, 'one');
  const first = takeBytes(out);
  writeString(out, 'two');
  expect([String(first), String(takeBytes(out))]).toEqual(['"one"', '"two"']);
});
