import { isPlainOperation } from '@meridian/kernel/plain-operation';
import { LRUCache } from 'lru-cache';
import type { Engine, Result } from '../engine/engine.ts';
import { type Exchange, type ExecuteText, prepareFor } from './exchange.ts';

/** `result` is the whole body when nothing went wrong. */
export type Answer = { contentType: string; result: Buffer | Result };

export type ShortLane = {
  /** Answers a request that looks like one which the full pipeline has answered before; else undefined. */
  answer(body: unknown, accept: string | undefined, exchange: Exchange): Promise<Answer | undefined>;
  /** Tells the lane what the full pipeline answered to a POST. */
  learn(body: unknown, accept: string | undefined, contentType: string | undefined): void;
};

/**
 * A repeated plain JSON POST has nothing to gain from ApolloServer's pipeline, which costs more than executing a
 * compiled operation. What makes it "repeated" is learned from that pipeline: the text of the operation, and what
 * content type an `Accept` header gets. Every check of the operation itself is in the engine and is not passed by.
 */
export function shortLane({ engine, executeText }: { engine: Engine; executeText: ExecuteText }): ShortLane {
  const texts = new LRUCache<string, true>({
    max: 5_000,
    maxSize: 20_000_000,
    sizeCalculation: (_, text) => text.length,
  });
  const contentTypes = new LRUCache<string, string>({ max: 200 });

  return {
    async answer(body, accept = '', exchange) {
      const contentType = contentTypes.get(accept);
      if (contentType === undefined || !isPlainOperation(body) || !texts.get(body.query)) return undefined;
      const { query, operationName, variables } = body;
      const found = prepareFor(engine, exchange.record, query, operationName ?? undefined);
      const prepared = found instanceof Promise ? await found : found;
      if ('errors' in prepared || prepared.operation.kind === 'subscription') return undefined;
      return { contentType, result: await executeText(prepared.operation, variables ?? undefined, exchange) };
    },
    learn(body, accept = '', contentType) {
      if (contentType === undefined || accept.length > 500 || !isPlainOperation(body)) return;
      texts.set(body.query, true);
      contentTypes.set(accept, contentType);
    },
  };
}
