/** Bytes of JSON on their way out: `at` of `bytes` are written. */
export type JsonBytes = { bytes: Buffer; at: number };

/** A UTF-16 code unit becomes three bytes of UTF-8 at most, and six where it is escaped. */
const longestUnit = 6;
const firstBytes = 64 * 1024;
/** What a longer answer needed is not kept for the next. */
const mostKept = 1024 * 1024;
/** From here on one native call is faster than a loop. */
const long = 500;

const quote = 0x22;
const backslash = 0x5c;

export const jsonBytes = (): JsonBytes => ({ bytes: Buffer.allocUnsafeSlow(firstBytes), at: 0 });

/** Takes what was written, as a copy, and begins anew. */
export function takeBytes(out: JsonBytes): Buffer {
  const taken = Buffer.from(out.bytes.subarray(0, out.at));
  out.at = 0;
  if (out.bytes.length > mostKept) out.bytes = Buffer.allocUnsafeSlow(firstBytes);
  return taken;
}

/** Sees to it that so many bytes more can be written. */
function makeRoom(out: JsonBytes, more: number): void {
  if (out.at + more <= out.bytes.length) return;
  const bytes = Buffer.allocUnsafeSlow(2 * (out.at + more));
  out.bytes.copy(bytes, 0, 0, out.at);
  out.bytes = bytes;
}

export function writeByte(out: JsonBytes, byte: number): void {
  makeRoom(out, 1);
  out.bytes[out.at++] = byte;
}

/** Writes bytes that are JSON already. */
export function writeBytes(out: JsonBytes, written: Uint8Array): void {
  const { length } = written;
  makeRoom(out, length);
  const { bytes, at } = out;
  // A loop: a key has a dozen bytes, and copying natively costs more than that takes.
  for (let index = 0; index < length; index++) bytes[at + index] = written[index] as number;
  out.at = at + length;
}

/** Writes text that is JSON already. */
export function writeJson(out: JsonBytes, text: string): void {
  makeRoom(out, text.length * 3);
  out.at += out.bytes.write(text, out.at);
}

/** @param number finite */
export function writeNumber(out: JsonBytes, number: number): void {
  const digits = String(number);
  makeRoom(out, digits.length);
  for (let index = 0; index < digits.length; index++) out.bytes[out.at++] = digits.charCodeAt(index);
}

/** Writes a string as `JSON.stringify` would. */
export function writeString(out: JsonBytes, text: string): void {
  const { length } = text;
  if (length > long) {
    writeJson(out, JSON.stringify(text));
    return;
  }
  makeRoom(out, length * longestUnit + 2);
  const { bytes } = out;
  let { at } = out;
  bytes[at++] = quote;
  for (let index = 0; index < length; index++) {
    const unit = text.charCodeAt(index);
    if (unit >= 0x20 && unit < 0x80) {
      if (unit === quote || unit === backslash) bytes[at++] = backslash;
      bytes[at++] = unit;
    } else if (unit >= 0x80 && unit < 0x800) {
      bytes[at++] = 0xc0 | (unit >> 6);
      bytes[at++] = 0x80 | (unit & 0x3f);
    } else {
      // Control characters, surrogates and the rest of Unicode: as V8 has it.
      writeJson(out, JSON.stringify(text));
      return;
    }
  }
  bytes[at++] = quote;
  out.at = at;
}
