import type { SubgraphTransport } from '@meridian/kernel/transport';

const patienceMs = 2_000;
/** Load balancers ask often; subgraphs need not hear each time. */
const rememberMs = 1_000;

/** Asks every subgraph for its `__typename`. The answer is remembered for a second. */
export function reachable(transports: Readonly<Record<string, SubgraphTransport>>): () => Promise<boolean> {
  let asked: { at: number; answer: Promise<boolean> } | undefined;
  const ask = async (): Promise<boolean> => {
    const answers = await Promise.allSettled(
      Object.values(transports).map((transport) =>
        transport.execute({ query: '{ __typename }', headers: {}, signal: AbortSignal.timeout(patienceMs) }),
      ),
    );
    return answers.every(({ status }) => status === 'fulfilled');
  };
  return () => {
    if (!asked || Date.now() - asked.at > rememberMs) asked = { at: Date.now(), answer: ask() };
    return asked.answer;
  };
}
