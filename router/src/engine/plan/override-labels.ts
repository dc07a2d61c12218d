import { type DocumentNode, visit } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { RequestContext } from '../engine.ts';
import { type MaybePromise, whenThere } from '../maybe-promise.ts';
import type { RequestErrors } from '../request-errors.ts';
import { argument } from './supergraph-ast.ts';

/**
 * Whether fields under this label of an `@override` are taken from their new subgraph: for the query or mutation that is
 * about to run, for the subscription that is about to start. There is no context where nobody asks. Must not throw.
 */
export type IsOverridden = (label: string, context: RequestContext | undefined) => boolean;

export type OverrideOptions = { labels: readonly string[]; isOverridden: IsOverridden };

/** What was decided for each label, for one request. */
export type Overrides = ReadonlyMap<string, boolean>;

/** The labels of all progressive `@override`s, in order. */
export function overrideLabels(supergraph: DocumentNode): readonly string[] {
  const labels = new Set<string>();
  visit(supergraph, {
    Directive(node) {
      const label = node.name.value === 'join__field' && argument(node, 'overrideLabel');
      if (typeof label === 'string') labels.add(label);
    },
  });
  return [...labels].sort();
}

/** Draws for `percent(n)`; every other label is off, for only who wrote it knows what it depends on. */
export function drawPercent(random: () => number = Math.random): (label: string) => boolean {
  return (label) => {
    const [, percent] = /^percent\((\d+(?:\.\d+)?)\)$/.exec(label) ?? [];
    return percent !== undefined && random() * 100 < Number(percent);
  };
}

export const drawOverrides = (
  { labels, isOverridden }: OverrideOptions,
  context: RequestContext | undefined,
): Overrides => new Map(labels.map((label) => [label, isOverridden(label, context)]));

/** As many plans of one operation are kept: with five labels there are that many, and more labels are rare. */
const plansKept = 32;

export const noOverrides = ({ labels }: OverrideOptions): Overrides =>
  new Map(labels.map((label) => [label, false]));

/**
 * Makes a plan for each combination of overrides when a request first draws it; without labels there is one plan.
 * @param none what is made of no overrides at all
 */
export function byOverrides<Compiled extends object>(
  options: OverrideOptions,
  none: Compiled,
  make: (overrides: Overrides) => MaybePromise<Compiled | RequestErrors>,
): (context?: RequestContext) => MaybePromise<Compiled | RequestErrors> {
  if (options.labels.length === 0) return () => none;
  const made = new LRUCache<string, Compiled>({ max: plansKept });
  return (context) => {
    const overrides = drawOverrides(options, context);
    const key = [...overrides.values()].map(Number).join('');
    const known = key.includes('1') ? made.get(key) : none;
    if (known) return known;
    return whenThere(make(overrides), (compiled) => {
      if (!('errors' in compiled)) made.set(key, compiled);
      return compiled;
    });
  };
}
