/** An expected refusal, as data in a payload's `userErrors`. Plain JSON, so that it can be kept and replayed. */
export type UserErrorData<Type extends string = string, Code extends string = string> = {
  __typename: Type;
  code: Code;
  message: string;
  /** Where in the input, such as `["lines", "0", "quantity"]`. */
  path: string[] | null;
};

export const invalidInput = (message: string, ...path: string[]) =>
  ({ __typename: 'InvalidInputError', code: 'INVALID', message, path }) as const satisfies UserErrorData;

export const unknownEntity = (message: string, ...path: string[]) =>
  ({ __typename: 'InvalidInputError', code: 'NOT_FOUND', message, path }) as const satisfies UserErrorData;
