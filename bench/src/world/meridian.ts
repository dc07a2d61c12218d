import { createSubgraph, type Subgraph } from '@meridian/kernel/subgraph';
import { viewerVerifier } from '@meridian/kernel/viewer-token';
import { worldSubgraph } from './subgraphs.ts';

/** One of the world's subgraphs as Meridian makes them. */
export function meridianSubgraph(name: string): Subgraph {
  return createSubgraph({
    name,
    ...worldSubgraph(name),
    verifyViewer: viewerVerifier('a secret that nothing in a benchmark signs with'),
    createContext: () => ({}),
    ready: async () => {},
    stop: async () => {},
  });
}
