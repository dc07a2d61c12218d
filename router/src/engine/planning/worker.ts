import { parentPort, workerData } from 'node:worker_threads';
import { type PlannerOptions, plannerOf } from './plan-operation.ts';
import type { PlanRequest } from './planning.ts';

/** Loads a supergraph and says how it is served, then answers each request with the JSON of its plan or of its errors. */
const { served, plan } = plannerOf(workerData as PlannerOptions);

/** The planner hangs the parsed text of each fetch to it, with cycles; the engine parses that text itself. */
const plain = (key: string, value: unknown) => (key === 'operationDocumentNode' ? undefined : value);

parentPort?.on('message', (request: PlanRequest) => {
  parentPort?.postMessage(JSON.stringify(plan(request), plain));
});
parentPort?.postMessage(served);
