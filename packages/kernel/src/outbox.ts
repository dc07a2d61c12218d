/** A fact of the domain, ready to be told. `type` carries its version: `order.placed.v1`. */
export type DomainEvent = {
  type: string;
  /** What it happened to. Events of one key are told in the order in which they happened. */
  key: string;
  data: object;
};

/** What the outbox needs of a subgraph's Prisma transaction; a bare client is refused. */
export type OutboxTx = {
  $connect?: never;
  outboxMessage: {
    createMany(args: { data: { type: string; key: string; data: object }[] }): Promise<unknown>;
  };
};

/** Call inside the transaction that makes it true: both commit, or neither does. */
export async function publish(tx: OutboxTx, ...events: DomainEvent[]): Promise<void> {
  await tx.outboxMessage.createMany({ data: events.map(({ type, key, data }) => ({ type, key, data })) });
}
