import {
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { hash, pick, type Random, randomFrom, samples } from './random.ts';

type Source = { $path: string; $seed: number };

/**
 * Gives every field of the schema an answer that follows from the seed in the context, its path and its arguments. Some
 * are promises, some are errors, null or nonsense, at any depth; half of the fields have no resolver, and are properties.
 */
export function answerAtRandom(schema: GraphQLSchema): void {
  const prototypes = new Map<GraphQLObjectType, object>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    const prototype = {};
    prototypes.set(type, prototype);
    for (const field of Object.values(type.getFields())) {
      const isProperty = hash(`${type.name}.${field.name}`) % 2 === 0 && field.args.length === 0;
      if (isProperty && schema.getQueryType() !== type && schema.getMutationType() !== type) {
        delete field.resolve;
        Object.defineProperty(prototype, field.name, {
          get(this: Source) {
            return answer(field.type, this.$seed, `${this.$path}.${field.name}`, true);
          },
        });
      } else {
        field.resolve = (source: Source | undefined, args: object, { seed }: { seed: number }) =>
          answer(field.type, seed, `${source?.$path ?? ''}.${field.name}${JSON.stringify(args)}`, true);
      }
    }
  }

  function answer(type: GraphQLOutputType, seed: number, path: string, mayThrow: boolean): unknown {
    const random = randomFrom(hash(`${seed} ${path}`));
    const fate = random.below(100);
    if (fate < 2 && mayThrow) throw new GraphQLError(`thrown ${path}`, { extensions: { code: 'SOME_CODE' } });
    if (fate < 4) return rejected(new Error(`rejected ${path}`));
    if (fate < 5) return new Error(`returned ${path}`);
    if (fate < 6) return mayThrow ? () => proper(type, seed, path, random) : null;
    if (fate < 7) return { nonsense: path };
    if (fate < 11) return random.chance(50) ? null : undefined;
    const value = proper(type, seed, path, random);
    return fate < 40 ? later(value, random.below(4)) : value;
  }

  function proper(type: GraphQLOutputType, seed: number, path: string, random: Random): unknown {
    if (isNonNullType(type)) return proper(type.ofType, seed, path, random);
    if (isListType(type))
      return Array.from({ length: random.below(4) }, (_, index) =>
        answer(type.ofType, seed, `${path}.${index}`, false),
      );
    if (isEnumType(type)) return pick(random, type.getValues())?.value;
    if (!isCompositeType(type)) return samples[type.name];
    const object = isAbstractType(type) ? pick(random, schema.getPossibleTypes(type)) : type;
    const source = Object.create(prototypes.get(object ?? (type as GraphQLObjectType)) ?? null);
    return Object.assign(source, { __typename: object?.name, $path: path, $seed: seed });
  }
}

function rejected(error: Error): Promise<never> {
  const promise = Promise.reject(error);
  promise.catch(() => {}); // Nobody may get around to asking for it.
  return promise;
}

async function later(value: unknown, ticks: number): Promise<unknown> {
  for (let left = ticks; left > 0; left--) await null;
  return value;
}
