import type { ContenderName } from '../contenders.ts';

/** An event with something to fetch from two more subgraphs. */
const query = `subscription Announced($least: Float!) {
  orderAnnounced(least: $least) { id total product { id name price } user { id name } }
}`;

export type LiveWorkload = {
  name: string;
  title: string;
  connections: number;
  /** What each connection subscribes to. Without it nobody subscribes: memory is what counts. */
  subscription?: { query: string; leastOf: 'nought' | 'number' };
  /** Events of one measurement, by contender, since some would take hours for what others do in a second. */
  events: Partial<Record<ContenderName, number>>;
  /** How many times more frames per second of processor time than the naive way: what was promised. */
  floor?: number;
};

export const liveWorkloads: readonly LiveWorkload[] = [
  {
    name: 'live-fanout',
    title: 'One event with a two-subgraph join to 2,000 subscribers of the same',
    connections: 2_000,
    subscription: { query, leastOf: 'nought' },
    events: { naive: 2, hiveStreams: 2, services: 30, servicesStreams: 30, oneProcess: 30 },
    floor: 20,
  },
  {
    name: 'live-variables',
    title: 'The same to 2,000 subscribers with 2,000 different variables',
    connections: 2_000,
    subscription: { query, leastOf: 'number' },
    events: { naive: 2, hiveStreams: 2, services: 5, oneProcess: 5 },
  },
  {
    name: 'live-idle',
    title: '10,000 WebSockets that ask for nothing',
    connections: 10_000,
    events: { services: 0 },
  },
];
