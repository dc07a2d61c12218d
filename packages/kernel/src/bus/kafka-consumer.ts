import { wakeLoop } from '../wake-loop.ts';
import type { Consuming } from './bus.ts';
import { joinGroup, type Member, type Membership } from './kafka-member.ts';

const afterFailureMs = 1_000;

/**
 * Reads the topics of what a consumer hears, as a member of its group, and joins again whenever that comes to an end.
 * Does not wait for the first time: a subgraph starts while Kafka is away, and hears it when it is back.
 */
export function consumeTopics(membership: Omit<Membership, 'onLost'>): Consuming {
  const { consumer, logger } = membership;
  const join = (): Promise<Member> =>
    joinGroup({
      ...membership,
      onLost(error) {
        logger.warn({ err: error, consumer: consumer.name }, 'lost Kafka; joining again');
        joining.wakeIn(afterFailureMs);
      },
    });
  let member: Member | null = null;
  const leave = async (): Promise<void> => {
    const was = member;
    member = null;
    await was?.leave();
  };
  const joining = wakeLoop(
    async () => {
      await leave();
      member = await join();
    },
    (error) => logger.warn({ err: error, consumer: consumer.name }, 'could not join Kafka; trying again'),
    afterFailureMs,
  );
  joining.wake();

  return {
    backlog: async () => {
      if (!member) throw new Error('Kafka is away');
      return member.backlog();
    },
    async stop() {
      await joining.stop();
      await leave();
    },
  };
}
