import { partnerEventType, partnerEventTypes } from '@meridian/contracts/partner-events';
import { badInput } from '@meridian/kernel/errors';
import { idFromName } from '@meridian/kernel/ids';

/** The id by which everyone knows the event of this number in the partners' log. */
export const partnerEventId = (number: bigint | string): string => idFromName('event', `partners:${number}`);

/** Types of events that partners hear of. */
export const knownTypes: readonly string[] = partnerEventTypes.map(({ type }) => type);

/** The types that are none of ours. */
export const unknownTypes = (types: readonly string[]): string[] =>
  types.filter((type) => !partnerEventType(type));

/**
 * The types that a reader wants, each once; all when none is named.
 * @throws BAD_USER_INPUT for a type that does not exist
 */
export function wantedTypes(types: readonly string[] | null | undefined): readonly string[] {
  if (!types || types.length === 0) return knownTypes;
  const [unknown] = unknownTypes(types);
  if (unknown !== undefined)
    throw badInput(
      `There is no type of event ${JSON.stringify(unknown)}; docs/events.md lists them`,
      'types',
    );
  return [...new Set(types)];
}

/** The version at the end of a type such as `order.placed.v1`. */
export const versionOf = (type: string): number => Number(/\.v(\d+)$/.exec(type)?.[1]);

/** Whether members of an organisation may see an event: it is theirs, or everyone's. */
export const maySeeEvent = (organisationId: string, eventOf: unknown): boolean =>
  eventOf === null || eventOf === organisationId;
