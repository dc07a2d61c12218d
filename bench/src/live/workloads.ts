import type { ContenderName } from '../contenders.ts';

/** An event with something to fetch from two more subgraphs. */
const announced = (least: string) =>
  `subscription { orderAnnounced(least: ${least}) { id total product { id name price } user { id name } } }`;

export type LiveWorkload = {
  name: string;
  title: string;
  connections: number;
  /** NUMBER is the number of the connection. Without a query nobody subscribes: memory is what counts. */
  query?: string;
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
    query: announced('0'),
    events: { naive: 2, services: 30, oneProcess: 30 },
    floor: 20,
  },
  {
    name: 'live-variables',
    title: 'The same to 2,000 subscribers with 2,000 different variables',
    connections: 2_000,
    query: announced('0.NUMBER'),
    events: { naive: 2, services: 5, oneProcess: 5 },
  },
  {
    name: 'live-idle',
    title: '10,000 WebSockets that ask for nothing',
    connections: 10_000,
    events: { services: 0 },
  },
];
