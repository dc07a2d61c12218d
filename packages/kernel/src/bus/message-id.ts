import { createHash } from 'node:crypto';

/**
 * The UUID (of version 8, RFC 9562) of the event at a place in a subgraph's log: 48 bits of the transaction, 24 of the
 * source, 48 of the number. The same each time, and ordered as the log is.
 */
export function messageId(source: string, { xid, id }: { xid: string; id: string }): string {
  const from = createHash('sha256').update(source).digest('hex').slice(0, 6);
  const hex = (number: string) => BigInt(number).toString(16).padStart(12, '0');
  const transaction = hex(xid);
  return `${transaction.slice(0, 8)}-${transaction.slice(8)}-8${from.slice(0, 3)}-8${from.slice(3)}-${hex(id)}`;
}
