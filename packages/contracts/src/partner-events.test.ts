import { expect, test } from 'vitest';
import { z } from 'zod';
import { partnerEventType, partnerEventTypes } from './partner-events.ts';

const seenBy = {
  everyone: 'every partner',
  organisations: 'the organisations of the people whom it concerns, as they are when it is told',
};

test('docs/events.md lists what partners hear of; `npm test -- -u` writes it anew', async () => {
  const sections = partnerEventTypes.map(
    ({ type, description, seenBy: who, schema }) => `## \`${type}\`

${description} Seen by ${type.startsWith('webhook.') ? 'the organisation of the endpoint' : seenBy[who]}.

\`\`\`json
${JSON.stringify(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), null, 2)}
\`\`\`
`,
  );
  const page = `# Partner events

What \`partnerEvents\` and webhooks tell. The type ends in the version of its data: a member may be added to a version, and
what takes one away or gives it another meaning is a new version, told beside the former one for a while. Read what you know
and ignore the rest. The data carries ids, no names, addresses or positions.

${sections.join('\n')}`;
  await expect(page).toMatchFileSnapshot('../../../docs/events.md');
});

test('every type says its version, and every member of its data what it is', () => {
  for (const { type, description, schema } of partnerEventTypes) {
    expect(type).toMatch(/^[a-z]+\.[a-z-]+\.v[1-9]\d*$/);
    expect(description).not.toBe('');
    for (const [name, member] of Object.entries(schema.shape))
      expect((member as z.ZodType).description, `${type}: ${name}`).toBeTruthy();
  }
});

test('whom an event concerns: each once, and nobody for what everyone may see', () => {
  const ride = {
    rideId: 'r',
    riderId: 'user_a',
    driverId: 'd',
    orderId: null,
    from: null,
    to: 'ACCEPTED',
    version: 1,
  };
  const concerned = (type: string, data: object) => partnerEventType(type)?.peopleOf(data);
  expect(concerned('ride.status-changed.v1', ride)).toEqual(['user_a']);
  expect(concerned('ride.status-changed.v1', { ...ride, driverUserId: 'user_b' })).toEqual([
    'user_a',
    'user_b',
  ]);
  expect(concerned('ride.status-changed.v1', { ...ride, driverUserId: 'user_a' })).toEqual(['user_a']);
  expect(partnerEventTypes.filter(({ seenBy: who }) => who === 'everyone').map(({ type }) => type)).toEqual([
    'price.changed.v1',
    'stock.changed.v1',
  ]);
  expect(partnerEventType('stock.changed.v1')?.schema.shape).not.toHaveProperty('reason');
  expect(partnerEventType('user.updated.v1')).toBeUndefined();
});
