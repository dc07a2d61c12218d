import { parseCommandLine, UsageError } from '@meridian/kernel/command-line';
import { type ContenderName, contenders } from './contenders.ts';
import { type LiveWorkload, liveWorkloads } from './live/workloads.ts';
import type { Effort } from './measure/rounds.ts';
import { type Workload, workloads } from './workloads.ts';

export type BenchArguments = Effort & {
  help: boolean;
  workloads: readonly Workload[];
  /** Those of subscriptions. */
  live: readonly LiveWorkload[];
  /** Whose router to profile instead of measuring. */
  profile: ContenderName | undefined;
};

export const help = `Compares Meridian's router with others, side by side, and prints ratios.

  npm run bench -- [--only NAME] [--seconds N] [--rounds N] [--profile CONTENDER]

  --only NAME       one workload, or several: ${[...workloads, ...liveWorkloads].map(({ name }) => name).join(', ')}
  --seconds N       how long each measurement takes; 5 if not given, of memory at least 20
  --rounds N        how often each is repeated, of which the median counts; 3 if not given
  --with NAME       one contender, or several, where all is too much: ${Object.keys(contenders).join(', ')}
  --profile NAME    profiles this contender's router instead, writes WORKLOAD-NAME.cpuprofile and prints
                    the functions that take most time
  --help            this text
`;

const isContender = (name: string): name is ContenderName => Object.hasOwn(contenders, name);

/** @throws UsageError for what does not exist or makes no sense. */
export function readArguments(argv: readonly string[]): BenchArguments {
  const {
    only = [],
    with: among,
    seconds,
    rounds,
    profile,
    help: wantsHelp = false,
  } = parseCommandLine(
    argv,
    {
      options: {
        only: { type: 'string', multiple: true },
        with: { type: 'string', multiple: true },
        seconds: { type: 'string' },
        rounds: { type: 'string' },
        profile: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    },
    'See --help.',
  ).values;
  const unknown = only.find(
    (name) => ![...workloads, ...liveWorkloads].some((workload) => workload.name === name),
  );
  if (unknown !== undefined) throw new UsageError(`There is no workload \`${unknown}\`. See --help.`);
  const chosen = workloads
    .filter(({ name }) => only.length === 0 || only.includes(name))
    .map((workload) => ({
      ...workload,
      contenders: workload.contenders.filter((name) => !among || among.includes(name)),
    }));
  for (const name of [...(among ?? []), ...(profile === undefined ? [] : [profile])])
    if (!isContender(name)) throw new UsageError(`There is no contender \`${name}\`. See --help.`);
  const live = liveWorkloads
    .filter(({ name }) => only.length === 0 || only.includes(name))
    .map((workload) => ({
      ...workload,
      events: Object.fromEntries(
        Object.entries(workload.events).filter(([name]) => !among || among.includes(name)),
      ),
    }));
  return {
    help: wantsHelp,
    workloads: chosen,
    live,
    seconds: positive('seconds', seconds, 5),
    rounds: positive('rounds', rounds, 3),
    warmUpSeconds: 3,
    profile: profile !== undefined && isContender(profile) ? profile : undefined,
  };
}

function positive(name: string, given: string | undefined, otherwise: number): number {
  const value = given === undefined ? otherwise : Number(given);
  if (!(value > 0)) throw new UsageError(`--${name} takes a number above 0. See --help.`);
  return value;
}
