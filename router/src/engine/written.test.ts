import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { eventually } from '@meridian/testkit/eventually';
import { expect, it } from 'vitest';
import { createAdmission, defaultAdmissionPolicy } from './admission.ts';
import { createEngine } from './create-engine.ts';
import { localSupergraph } from './testing/local-supergraph.ts';
import { takeOut } from './written.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

it.each([false, true])(
  'is not kept by a request that is answered, sharing in flight: %s',
  async (shareInFlight) => {
    const { sdl, transports } = localSupergraph({
      a: { sdl: 'type Query { a: String }', resolvers: { Query: { a: () => 'a' } } },
    });
    const admission = createAdmission({ ...defaultAdmissionPolicy, answerBytes: 1 });
    const engine = createEngine({ supergraphSdl: sdl, transports, admission, shareInFlight });
    const prepared = engine.prepare('{ a }');
    if ('errors' in prepared || prepared.operation.kind === 'subscription') throw new Error('not prepared');
    const { executeText } = prepared.operation;
    const ask = () => executeText({}, { headers: {}, correlationId: 'c' });

    const asked = [ask(), ask(), ask()];
    const sent: WeakRef<Buffer>[] = [];
    for (const answer of asked) {
      const written = await answer;
      if (!('bytes' in written)) throw new Error('not written');
      sent.push(new WeakRef(takeOut(written)));
      expect(() => takeOut(written)).toThrow('twice');
    }
    await eventually(() => {
      collectGarbage();
      return expect(sent.filter((bytes) => bytes.deref() !== undefined).length).toBe(0);
    });
    // Held until here.
    expect(asked).toHaveLength(3);
  },
);
