import type { SubgraphTransport } from '@meridian/kernel/transport';

const patienceMs = 2_000;
/** Load balancers ask often; subgraphs need not hear each time. */
const rememberMs = 1_000;

type Transports = Readonly<Record<string, SubgraphTransport>>;

/** Asks every subgraph for its `__typename`. The answer is remembered for a second. */
export function reachable(): (transports: Transports) => Promise<boolean> {
  let asked: { at: number; whom: Transports; answer: Promise<boolean> } | undefined;
  return (whom) => {
    if (asked?.whom !== whom || Date.now() - asked.at > rememberMs)
      asked = { at: Date.now(), whom, answer: askAll(whom) };
    return asked.answer;
  };
}

async function askAll(transports: Transports): Promise<boolean> {
  const answers = await Promise.allSettled(
    Object.values(transports).map((transport) =>
      transport.execute({ query: '{ __typename }', headers: {}, signal: AbortSignal.timeout(patienceMs) }),
    ),
  );
  return answers.every(({ status }) => status === 'fulfilled');
}
