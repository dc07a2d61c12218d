import { AppError } from '../errors.ts';

/**
 * Where an event stands in its log: the transaction that wrote it, then its number. Always that of an event that has
 * committed, never the number of a transaction that is still to come: after a crash Postgres gives those out again.
 */
export type Position = { xid: bigint; id: bigint };

/** Before the first event. */
export const logStart: Position = { xid: 0n, id: 0n };

export const isAfter = (one: Position, other: Position): boolean =>
  one.xid === other.xid ? one.id > other.id : one.xid > other.xid;

const shape = /^1:([a-z0-9_]+\.[a-z0-9_]+):(\d{1,20}):(\d{1,19})$/;

/** The position as clients keep it: opaque to them, and good for this log only. */
export const encodeCursor = (log: string, { xid, id }: Position): string =>
  Buffer.from(`1:${log}:${xid}:${id}`).toString('base64url');

/** Undefined for a text that `encodeCursor` did not make for this log. */
export function decodeCursor(log: string, cursor: string): Position | undefined {
  const [, of, xid, id] = shape.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (of !== log || xid === undefined || id === undefined) return undefined;
  const position = { xid: BigInt(xid), id: BigInt(id) };
  if (position.xid >= 2n ** 64n || position.id >= 2n ** 63n) return undefined;
  return encodeCursor(log, position) === cursor ? position : undefined;
}

/** `oldest` is the position after which everything is that is still kept. */
export const invalidCursor = (log: string, oldest: Position): AppError =>
  new AppError('CURSOR_INVALID', '`after` is not a cursor of this stream', {
    argument: 'after',
    resumeFrom: encodeCursor(log, oldest),
  });

/** `trimmed` is the position of the last event that is gone: who goes on from there misses no more than is gone. */
export const expiredCursor = (log: string, trimmed: Position): AppError =>
  new AppError('CURSOR_EXPIRED', 'Events after `after` are no longer kept; some are missed for good', {
    argument: 'after',
    resumeFrom: encodeCursor(log, trimmed),
  });
