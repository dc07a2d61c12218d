import { scopeOf } from '../viewer-scope.ts';
import { type Answer, unanswered } from './answer.ts';
import type { Batch } from './batch.ts';
import type { Call } from './call.ts';
import { addToJointBatch, createJointBatch, type JointBatch, jointEntities, shareOf } from './joint-batch.ts';
import { jointContext } from './joint-context.ts';
import type { Data } from './own.ts';
import type { Run } from './run.ts';

/** Asks for the entities that one run wants, by the operation of one fetch with these variables. Never rejects. */
export type AskEntities = (run: Run, variables: Data, batch: Batch) => Promise<Answer>;

export const askAlone =
  (call: Call): AskEntities =>
  ({ context }, variables, { representations }) =>
    call(context, { ...variables, representations });

/** A run that waits for a joint call. */
type Waiter = {
  run: Run;
  batch: Batch;
  /** Where its entities are in the joint batch. */
  own: readonly number[];
  settle: (answer: Answer) => void;
};

/** A joint call that is not sent yet. */
type Gathering = { variables: Data; joint: JointBatch; waiters: Waiter[] };

/** Beyond these a joint call is sent without waiting for more: subgraphs limit what they take and answer. */
const most = { entities: 1_000, characters: 250_000 };

/**
 * Asks once for what runs want within one turn of the event loop, which is when the answers are read that arrived
 * together: nobody waits for what is not there yet. A run without company is not held up at all. Only runs that
 * subgraphs cannot tell apart ask together: same viewer scope, same variables. A call that is on its way is never joined,
 * so that who asks after a mutation sees its effect.
 */
export function askTogether(call: Call, subgraph: string): AskEntities {
  const alone = askAlone(call);
  const gatherings = new Map<string, Gathering>();

  return (run, variables, batch) => {
    if (run.traffic.underWay === 1) return alone(run, variables, batch);
    const key = `${scopeOf(run.context.headers)} ${JSON.stringify(variables)}`;
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const gathering = gatherings.get(key) ?? gather(key, variables);
    const { joint, waiters } = gathering;
    waiters.push({ run, batch, own: addToJointBatch(joint, batch), settle: resolve });
    if (joint.representations.length >= most.entities || joint.characters >= most.characters)
      gatherings.delete(key);
    return promise;
  };

  function gather(key: string, variables: Data): Gathering {
    const gathering = { variables, joint: createJointBatch(), waiters: [] };
    gatherings.set(key, gathering);
    setImmediate(() => {
      if (gatherings.get(key) === gathering) gatherings.delete(key);
      void send(gathering);
    });
    return gathering;
  }

  async function send({ variables, joint, waiters }: Gathering): Promise<void> {
    const [first, second] = waiters;
    if (first && !second) return first.settle(await alone(first.run, variables, first.batch));

    const { context, release } = jointContext(
      waiters.map(({ run }) => run.context),
      (position, reason) => waiters[position]?.settle(unanswered(reason, subgraph, 'query')),
    );
    const answer = await call(context, { ...variables, representations: joint.representations });
    release();
    const shares = sharesOf(answer, waiters, joint);
    for (const [position, { run, batch, settle }] of waiters.entries()) {
      const share = shares?.[position] ?? (isAbsent(answer) ? answer : undefined);
      if (share) settle(share);
      else void alone(run, variables, batch).then(settle);
    }
  }
}

/** What each gets of a joint answer; undefined where that is of no use to anybody. */
function sharesOf(answer: Answer, waiters: readonly Waiter[], joint: JointBatch): Answer[] | undefined {
  const entities = jointEntities(answer, joint);
  try {
    return entities && waiters.map(({ own }) => shareOf(entities, answer.errors, own, joint));
  } catch {
    return undefined; // It is nested so deep that no copy can be made of it.
  }
}

const absent = new Set<unknown>(['SUBGRAPH_UNAVAILABLE', 'SUBGRAPH_TIMEOUT', 'SUBGRAPH_OVERLOADED']);

/** Whether nobody would have got an answer. Any other failure may be the matter of one entity of one run. */
const isAbsent = ({ errors }: Answer): boolean =>
  errors.length > 0 && errors.every(({ extensions }) => absent.has(extensions['code']));
