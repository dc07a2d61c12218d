import { isPlainOperation } from '@meridian/kernel/plain-operation';
import { LRUCache } from 'lru-cache';
import type { Engine, Result } from '../engine/engine.ts';
import type { Written } from '../engine/written.ts';
import type { ApolloDoor } from './apollo.ts';
import { type Exchange, type ExecuteText, prepareFor } from './exchange.ts';

/** `result` is the whole body when nothing went wrong. */
export type Answer = { contentType: string; result: Written | Result };

/** Answers a POST that asks for nothing but the execution of a query or mutation; undefined for any other. */
export type ShortLane = (
  body: unknown,
  accept: string | undefined,
  exchange: Exchange,
) => Promise<Answer | undefined>;

type ShortLaneOptions = {
  engine: Engine;
  executeText: ExecuteText;
  contentTypeFor: ApolloDoor['contentTypeFor'];
};

/** Clients send a handful of `Accept` headers; whoever makes up more pays for each. */
const rememberedAccepts = 200;
const longestAccept = 500;

/**
 * A plain JSON POST has nothing to gain from ApolloServer's pipeline, which costs more than executing a compiled
 * operation, and whose answers are text: hundreds of large ones under way at once would fill the memory. What content
 * type an `Accept` header gets is ApolloServer's to say, once. Every check of the operation is in the engine.
 */
export function shortLane({ engine, executeText, contentTypeFor }: ShortLaneOptions): ShortLane {
  const contentTypes = new LRUCache<string, string>({ max: rememberedAccepts });

  const ask = async (accept: string) => {
    const contentType = await contentTypeFor(accept);
    if (contentType !== undefined) contentTypes.set(accept, contentType);
    return contentType;
  };

  return async (body, accept = '', exchange) => {
    if (!isPlainOperation(body) || accept.length > longestAccept) return undefined;
    const contentType = contentTypes.get(accept) ?? (await ask(accept));
    if (contentType === undefined) return undefined;
    const { query, operationName, variables } = body;
    const found = prepareFor(engine, exchange.record, query, operationName ?? undefined);
    const prepared = found instanceof Promise ? await found : found;
    if ('errors' in prepared) return { contentType, result: { errors: prepared.errors } };
    if (prepared.operation.kind === 'subscription') return undefined;
    return { contentType, result: await executeText(prepared.operation, variables ?? undefined, exchange) };
  };
}
