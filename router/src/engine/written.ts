/**
 * A whole response as a line of JSON, for who sends it to take out. The promises of a request that has waited are old to
 * the garbage collector, which would free what they hold seconds later: by then hundreds of large answers.
 */
export type Written = { bytes: Buffer | undefined };

/** Takes the bytes out, so that nothing keeps them once they are sent. @throws when they have been taken */
export function takeOut(written: Written): Buffer {
  const { bytes } = written;
  if (!bytes) throw new Error('the bytes of an answer were taken twice');
  written.bytes = undefined;
  return bytes;
}
