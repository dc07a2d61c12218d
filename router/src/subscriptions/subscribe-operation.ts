import type { PreparedSubscription, RequestContext, Result, Variables } from '../engine/engine.ts';
import type { Hub, Source } from './hub.ts';

type Subscribe = {
  operation: PreparedSubscription;
  /** Coerced. */
  variables: Variables;
  hub: Hub;
  identity: Source['identity'];
  headers: Source['headers'];
  /** Made anew for every event: its signed viewer would expire during a long subscription. */
  context(): Promise<RequestContext>;
  /** Events that may be joined at the same time; frames keep the order of the events. @default 8 */
  joinsAtOnce?: number;
};

/** What a subscriber receives: each event of the source, joined with what other subgraphs know. */
export function subscribeOperation(subscribe: Subscribe): AsyncIterableIterator<Result> {
  const { operation, variables, hub, identity, headers, context, joinsAtOnce = 8 } = subscribe;
  const events = hub.subscribe({ ...operation.source(variables), identity, headers });
  const join = async (event: Result) => operation.join(event, variables, await context());
  const frames = inOrder(events, join, joinsAtOnce);
  const stream: AsyncIterableIterator<Result> = {
    [Symbol.asyncIterator]: () => stream,
    next: () => frames.next(),
    // A generator that waits for an event does not hear `return`; ending its source wakes it.
    async return() {
      await events.return?.();
      return frames.return(undefined);
    },
  };
  return stream;
}

/** Maps with at most `atOnce` under way, yielding in the order of the input. */
async function* inOrder<In, Out>(
  input: AsyncIterator<In>,
  map: (item: In) => Promise<Out>,
  atOnce: number,
): AsyncGenerator<Out, undefined> {
  const underWay: Promise<Out>[] = [];
  const arrived = async (step: Promise<IteratorResult<In>>) => ({ step: await step });
  const finished = async (output: Promise<Out>) => ({ output: await output });

  let upcoming = ahead(input.next());
  for (;;) {
    const [first] = underWay;
    const news = await (first === undefined
      ? arrived(upcoming)
      : underWay.length < atOnce
        ? Promise.race([finished(first), arrived(upcoming)])
        : finished(first));
    if ('output' in news) {
      void underWay.shift();
      yield news.output;
    } else if (news.step.done) {
      break;
    } else {
      underWay.push(ahead(map(news.step.value)));
      upcoming = ahead(input.next());
    }
  }
  for (const last of underWay) yield await last;
}

/** Something asked for ahead of time: its failure waits until somebody looks. */
function ahead<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => {});
  return promise;
}
