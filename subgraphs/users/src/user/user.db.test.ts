import { randomUUID } from 'node:crypto';
import { upsert } from '@meridian/kernel/bulk';
import { newId } from '@meridian/kernel/ids';
import { statementsDuring } from '@meridian/testkit/statements';
import { useTestSubgraph } from '@meridian/testkit/subgraph';
import { viewer } from '@meridian/testkit/viewers';
import { expect, test } from 'vitest';
import { createUsers } from '../subgraph.ts';
import { tables } from '../tables.ts';

const users = useTestSubgraph({ name: 'users', create: createUsers });

const fields = 'id displayName avatarUrl email phone roles createdAt';
const updateProfile = `mutation ($input: UpdateProfileInput!) {
  updateProfile(input: $input) { replayed user { ${fields} } userErrors { __typename code path } } }`;

/** Someone with an account, and what they ask. */
async function someone(displayName = 'Ada Keller') {
  const id = newId('user');
  const email = `${id}@example.org`;
  await upsert(users.pool, tables.users, [
    {
      id,
      display_name: displayName,
      avatar_url: null,
      email,
      phone: '+41446681800',
      roles: ['CUSTOMER', 'DRIVER'],
      created_at: new Date('2026-01-01T00:00:00Z'),
    },
  ]);
  const me = viewer(id);
  return {
    id,
    email,
    viewer: me,
    async update(changes: object, idempotencyKey: string = randomUUID()) {
      return (await users.data(updateProfile, { input: { ...changes, idempotencyKey } }, me)).updateProfile;
    },
  };
}

const read = async (id: string, by: ReturnType<typeof viewer> | null = null) =>
  (await users.data(`query ($id: ID!) { user(id: $id) { ${fields} } }`, { id }, by)).user;
const eventsOf = async (id: string) =>
  (await users.pool.query('SELECT type, data FROM outbox WHERE key = $1 ORDER BY id', [id])).rows;

test('a viewer sees everything of themselves', async () => {
  const ada = await someone();
  expect(await users.data(`{ viewer { ${fields} } }`, {}, ada.viewer)).toEqual({
    viewer: {
      id: ada.id,
      displayName: 'Ada Keller',
      avatarUrl: null,
      email: ada.email,
      phone: '+41446681800',
      roles: ['CUSTOMER', 'DRIVER'],
      createdAt: '2026-01-01T00:00:00.000Z',
    },
  });
  expect(await users.data('{ viewer { id } }')).toEqual({ viewer: null });
  expect(await users.data('{ viewer { id } }', {}, viewer(newId('user')))).toEqual({ viewer: null });
});

test('a cached row shows contacts to whoever may see them, and to nobody after them', async () => {
  const ada = await someone();
  const contacts = { email: ada.email, phone: '+41446681800' };
  const nothing = { email: null, phone: null };
  expect(await read(ada.id, ada.viewer)).toMatchObject(contacts);
  expect(await read(ada.id, (await someone()).viewer)).toMatchObject(nothing);
  expect(await read(ada.id, viewer('user_support', ['user:pii']))).toMatchObject(contacts);
  expect(await read(ada.id)).toMatchObject({ displayName: 'Ada Keller', ...nothing });
});

test('a node is whatever its prefix says; a user has to exist', async () => {
  const ada = await someone();
  const ride = newId('ride');
  const answer = await users.data(
    `query ($ada: ID!, $ride: ID!, $nobody: ID!) {
      ada: node(id: $ada) { __typename id ... on User { displayName email } }
      ride: node(id: $ride) { __typename id }
      nobody: node(id: $nobody) { id }
      unknown: node(id: "invoice_01h455vb4pex5vsknk084sn02q") { id }
      malformed: node(id: "ride_!") { id }
    }`,
    { ada: ada.id, ride, nobody: newId('user') },
  );
  expect(answer).toEqual({
    ada: { __typename: 'User', id: ada.id, displayName: 'Ada Keller', email: null },
    ride: { __typename: 'Ride', id: ride },
    nobody: null,
    unknown: null,
    malformed: null,
  });
});

test('a profile changes where it is told to, and the cached one is forgotten', async () => {
  const ada = await someone();
  await read(ada.id);
  const { user, userErrors } = await ada.update({
    displayName: '  Ada   Meier ',
    avatarUrl: 'https://example.org/a.png',
  });
  const changed = { displayName: 'Ada Meier', avatarUrl: 'https://example.org/a.png' };
  expect(userErrors).toEqual([]);
  expect(user).toMatchObject({ ...changed, phone: '+41446681800' });
  expect(await read(ada.id)).toMatchObject(changed);
  expect((await ada.update({ phone: null, avatarUrl: null })).user).toMatchObject({
    displayName: 'Ada Meier',
    avatarUrl: null,
    phone: null,
  });
  expect(await eventsOf(ada.id)).toEqual([
    { type: 'user.updated.v1', data: { userId: ada.id, changed: ['displayName', 'avatarUrl'] } },
    { type: 'user.updated.v1', data: { userId: ada.id, changed: ['avatarUrl', 'phone'] } },
  ]);
});

test('a change to what is so already is told to nobody', async () => {
  const ada = await someone();
  expect((await ada.update({ displayName: 'Ada Keller' })).user.displayName).toBe('Ada Keller');
  expect(await eventsOf(ada.id)).toEqual([]);
});

test('ten twins change a profile once; under their key nothing else is changed', async () => {
  const ada = await someone();
  const key = randomUUID();
  const change = { avatarUrl: 'https://example.org/a.png' };
  const answers = await Promise.all(Array.from({ length: 10 }, () => ada.update(change, key)));
  expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
  expect(await eventsOf(ada.id)).toHaveLength(1);
  expect(await ada.update({ avatarUrl: 'https://example.org/b.png' }, key)).toMatchObject({
    user: null,
    userErrors: [{ code: 'IDEMPOTENCY_MISMATCH' }],
  });
});

test('twenty different changes at once: every one is made, none is lost beside another', async () => {
  const ada = await someone();
  await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      i % 2
        ? ada.update({ displayName: `Ada ${i}` })
        : ada.update({ avatarUrl: `https://example.org/${i}.png` }),
    ),
  );
  const events = await eventsOf(ada.id);
  expect(events).toHaveLength(20);
  const { displayName, avatarUrl } = await read(ada.id);
  expect(displayName).toMatch(/^Ada \d+$/);
  expect(avatarUrl).toMatch(/\d+\.png$/);
});

test('all that is wrong with a profile is said at once, and nothing changes', async () => {
  const ada = await someone();
  const { user, userErrors } = await ada.update({
    displayName: ' ',
    avatarUrl: 'http://example.org/a.png',
    phone: null,
  });
  expect(user).toBeNull();
  expect(userErrors).toEqual([
    { __typename: 'InvalidInputError', code: 'INVALID', path: ['displayName'] },
    { __typename: 'InvalidInputError', code: 'INVALID', path: ['avatarUrl'] },
  ]);
  expect(await read(ada.id, ada.viewer)).toMatchObject({ displayName: 'Ada Keller', phone: '+41446681800' });
  await expect(ada.update({ phone: 'ring me' })).rejects.toThrow('phone number');
});

test('nobody changes a profile without signing in, or without an account', async () => {
  const input = { displayName: 'X', idempotencyKey: randomUUID() };
  await expect(users.data(updateProfile, { input })).rejects.toMatchObject({
    extensions: { code: 'UNAUTHENTICATED' },
  });
  const { updateProfile: refused } = await users.data(updateProfile, { input }, viewer(newId('user')));
  expect(refused.userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
});

test('a hundred users cost one statement, and none when they are cached', async () => {
  const of = await Promise.all(
    Array.from({ length: 100 }, async () => ({ __typename: 'User', id: (await someone()).id })),
  );
  const query =
    'query ($of: [_Any!]!) { _entities(representations: $of) { ... on User { displayName roles } } }';
  expect(await statementsDuring(() => users.data(query, { of }))).toHaveLength(1);
  expect(await statementsDuring(() => users.data(query, { of }))).toHaveLength(0);
});

test('the database itself refuses an account without a name or a role, and a second one of an address', async () => {
  const [ada, bob] = [await someone(), await someone()];
  const set = (change: string) => users.pool.query(`UPDATE users SET ${change} WHERE id = $1`, [bob.id]);
  await expect(set("display_name = ''")).rejects.toThrow('users_display_name_not_empty');
  await expect(set("roles = '{}'")).rejects.toThrow('users_roles_not_empty');
  await expect(set("email = 'Bob@example.org'")).rejects.toThrow('users_email_lower_case');
  await expect(set(`email = '${ada.email}'`)).rejects.toThrow('users_email_key');
});
