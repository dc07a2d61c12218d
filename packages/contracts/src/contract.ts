import { z } from 'zod';

/** A fact or command that crosses a subgraph's border. The type carries its version; a changed shape is a new type. */
export type Contract<Type extends string, Schema extends z.ZodType> = {
  type: Type;
  schema: Schema;
  /** An event of this type about `key`, checked by the compiler. */
  of(key: string, data: z.input<Schema>): { type: Type; key: string; data: z.input<Schema> & object };
  /** What came over a border. @throws ZodError when it is not of this shape */
  read(event: { data: unknown }): z.output<Schema>;
};

export function contract<Type extends string, Shape extends z.ZodRawShape>(
  type: Type,
  shape: Shape,
): Contract<Type, z.ZodObject<Shape>> {
  const schema = z.object(shape);
  return { type, schema, of: (key, data) => ({ type, key, data }), read: ({ data }) => schema.parse(data) };
}

/** Minor units and an ISO 4217 code. */
export const moneyShape = z.object({
  amountMinor: z.int().describe('In minor units, such as cents'),
  currency: z.string().length(3).describe('ISO 4217'),
});
export type MoneyData = z.infer<typeof moneyShape>;
