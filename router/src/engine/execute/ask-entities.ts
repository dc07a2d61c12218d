import { whenTogether } from '../company.ts';
import { scopeOf } from '../viewer-scope.ts';
import { type Answer, unanswered } from './answer.ts';
import type { Call } from './call.ts';
import { type Batch, createBatch, createEntityList, type EntityList, separateBatch } from './entity-list.ts';
import { jointContext } from './joint-context.ts';
import type { Data } from './own.ts';
import type { Run, Traffic } from './run.ts';

/** What came for a batch. Where others asked together, `askAlone` asks for this batch once more, by itself. */
export type Answered = { batch: Batch; answer: Answer; askAlone?: () => Promise<Answered> };

/** An empty batch, and what asks for all that was put into it, to be called in the same turn. It never rejects. */
export type Asking = { batch: Batch; send(): Promise<Answered> };

/** Begins to ask for entities that one run wants, by the operation of one fetch with these variables. */
export type AskEntities = (run: Run, variables: Data) => Asking;

export function askAlone(call: Call): AskEntities {
  const ask = callFor(call);
  return (run, variables) => {
    const batch = createBatch(createEntityList());
    return { batch, send: () => ask(run, variables, batch) };
  };
}

/** Asks for all that is in the list of a run. */
const callFor =
  (call: Call) =>
  async ({ context }: Run, variables: Data, batch: Batch): Promise<Answered> => {
    const { representations } = batch.list;
    return { batch, answer: await call(context, { ...variables, representations }) };
  };

/** A run that waits for a joint call. */
type Waiter = { run: Run; batch: Batch; settle: (answered: Answered) => void };

/** A joint call that is not sent yet. */
type Gathering = { variables: Data; list: EntityList; waiters: Waiter[] };

/** Beyond these a joint call is sent without waiting for more: subgraphs limit what they take and answer. */
const most = { entities: 1_000, characters: 250_000 };

/**
 * Asks once for what runs want that read the answers before at about the same time, in a few turns of the event loop,
 * until all that are under way are together. A run without company is not held up at all. Only runs that subgraphs cannot
 * tell apart ask together: same viewer scope, same variables. A call that is on its way is never joined, so that who asks
 * after a mutation sees its effect.
 */
export function askTogether(call: Call, subgraph: string): AskEntities {
  const alone = askAlone(call);
  const ask = callFor(call);
  const gatherings = new Map<string, Gathering>();

  return (run, variables) => {
    if (run.traffic.underWay === 1) return alone(run, variables);
    const key = `${scopeOf(run.context.headers)} ${JSON.stringify(variables)}`;
    const { list, waiters } = gatherings.get(key) ?? gather(key, variables, run.traffic);
    const batch = createBatch(list);
    return {
      batch,
      send() {
        const { promise, resolve } = Promise.withResolvers<Answered>();
        waiters.push({ run, batch, settle: resolve });
        if (list.representations.length >= most.entities || list.characters >= most.characters)
          gatherings.delete(key);
        return promise;
      },
    };
  };

  function gather(key: string, variables: Data, traffic: Readonly<Traffic>): Gathering {
    const gathering: Gathering = { variables, list: createEntityList(), waiters: [] };
    const isOpen = () => gatherings.get(key) === gathering;
    gatherings.set(key, gathering);
    whenTogether(
      {
        size: () => gathering.waiters.length,
        isComplete: () => !isOpen() || gathering.waiters.length >= traffic.underWay,
      },
      () => {
        if (isOpen()) gatherings.delete(key);
        void send(gathering);
      },
    );
    return gathering;
  }

  async function send({ variables, list, waiters }: Gathering): Promise<void> {
    const [first, second] = waiters;
    if (first && !second) return first.settle(await ask(first.run, variables, first.batch));

    const { context, release } = jointContext(
      waiters.map(({ run }) => run.context),
      (position, reason) => {
        const waiter = waiters[position];
        waiter?.settle({ batch: waiter.batch, answer: unanswered(reason, subgraph, 'query') });
      },
    );
    const answer = await call(context, { ...variables, representations: list.representations });
    release();
    const isForAll = hasEntities(answer, list) || isAbsent(answer);
    for (const { run, batch, settle } of waiters) {
      const askAlone = () => ask(run, variables, separateBatch(batch));
      if (isForAll) settle({ batch, answer, askAlone });
      else void askAlone().then(settle);
    }
  }
}

/** Whether there is one entity for each that was asked for. */
function hasEntities({ data }: Answer, { representations }: EntityList): boolean {
  const entities = data?.['_entities'];
  return Array.isArray(entities) && entities.length === representations.length;
}

const absent = new Set<unknown>(['SUBGRAPH_UNAVAILABLE', 'SUBGRAPH_TIMEOUT', 'SUBGRAPH_OVERLOADED']);

/** Whether nobody would have got an answer. Any other failure may be the matter of one entity of one run. */
const isAbsent = ({ errors }: Answer): boolean =>
  errors.length > 0 && errors.every(({ extensions }) => absent.has(extensions['code']));
