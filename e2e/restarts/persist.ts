import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Meridian, Who } from '../meridian.ts';

/** Somebody who does not give up. */
export type Persistent = {
  /** What a question brings once it is answered. */
  answer(query: string, variables: object): Promise<any>;
  /**
   * What a mutation of this name brings once it is answered: the same key makes it the same request however often it is
   * sent. @throws when it is refused
   */
  carryOut(mutation: string, fields: string, input: object): Promise<any>;
};

const againAfterMs = 100;

export function persistent({ ask }: Pick<Meridian, 'ask'>, who: Who): Persistent {
  async function answer(query: string, variables: object) {
    for (;;) {
      const { data, errors } = await ask(query, variables, who).catch(() => ({ data: null, errors: [] }));
      if (data && !errors) return data;
      await pause(againAfterMs);
    }
  }
  return {
    answer,
    async carryOut(mutation, fields, input) {
      const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
      const query = `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${fields} userErrors { code message } } }`;
      const { [mutation]: payload } = await answer(query, {
        input: { ...input, idempotencyKey: randomUUID() },
      });
      if (payload.userErrors.length > 0) throw new Error(JSON.stringify(payload.userErrors));
      return payload;
    },
  };
}
