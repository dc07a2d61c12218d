import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, type ZlibOptions } from 'node:zlib';
import { SubgraphUnreachable } from './transport-failure.ts';

type Decompress = (bytes: Buffer, options: ZlibOptions) => Promise<Buffer>;

const decompressors: ReadonlyMap<string, Decompress> = new Map([
  ['gzip', promisify<Buffer, ZlibOptions, Buffer>(gunzip)],
  ['br', promisify<Buffer, ZlibOptions, Buffer>(brotliDecompress)],
  ['deflate', promisify<Buffer, ZlibOptions, Buffer>(inflate)],
]);

/** What `decompress` understands, for `accept-encoding`. */
export const acceptedEncodings = [...decompressors.keys()].join(', ');

/**
 * A body as it was before `content-encoding`, in the thread pool. No more than `maxBytes` is ever made of it, however
 * small it came.
 * @throws SubgraphUnreachable: `oversized`, or `malformed` where it is broken or of an encoding that was not asked for.
 */
export async function decompress(bytes: Buffer, encoding: string, maxBytes: number): Promise<Buffer> {
  const run = decompressors.get(encoding.trim().toLowerCase());
  if (!run)
    throw new SubgraphUnreachable('The subgraph answered in an encoding it was not asked for', 'malformed');
  try {
    return await run(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    const tooLong = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    throw tooLong
      ? new SubgraphUnreachable('The subgraph answered with more bytes than are accepted', 'oversized', {
          cause: error,
        })
      : new SubgraphUnreachable('The subgraph answered with a body that does not decompress', 'malformed', {
          cause: error,
        });
  }
}
