import { randomUUID } from 'node:crypto';
import { newId } from '@meridian/kernel/ids';
import { useTestSubgraph } from '@meridian/testkit/subgraph';
import { viewer } from '@meridian/testkit/viewers';
import { expect, test } from 'vitest';
import { createUsers } from '../subgraph.ts';
import { newOrganisation, newUser } from '../testing/organisations.ts';

const users = useTestSubgraph({ name: 'users', create: createUsers });
const platform = viewer('user_platform', ['organisations:write']);

const payload = 'replayed organisation { id name members { role user { id } } } userErrors { code path }';
const run = async (mutation: string, input: object, by = platform) => {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${payload} } }`;
  return (await users.data(query, { input: { idempotencyKey: randomUUID(), ...input } }, by))[mutation];
};
const mine = async (by: ReturnType<typeof viewer>) =>
  (await users.data('{ viewer { organisation { id name } } }', {}, by)).viewer.organisation;

test('the platform enters an organisation and says who acts for it', async () => {
  const ada = await newUser(users.pool);
  const { organisation } = await run('createOrganisation', { name: ' Tramuntana   Logistics ' });
  expect(organisation).toMatchObject({ name: 'Tramuntana Logistics', members: [] });
  expect(await mine(ada)).toBeNull();

  const member = { organisationId: organisation.id, userId: ada.id };
  const set = await run('setOrganisationMember', { ...member, role: 'MEMBER' });
  expect(set.organisation.members).toEqual([{ role: 'MEMBER', user: { id: ada.id } }]);
  expect(await mine(ada)).toEqual({ id: organisation.id, name: 'Tramuntana Logistics' });
  expect(
    (await run('setOrganisationMember', { ...member, role: 'ADMIN' })).organisation.members,
  ).toMatchObject([{ role: 'ADMIN' }]);

  expect((await run('removeOrganisationMember', member)).organisation.members).toEqual([]);
  expect(await mine(ada)).toBeNull();
  expect((await run('removeOrganisationMember', member)).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
});

test('nobody belongs to two organisations, even when both ask at once', async () => {
  const ada = await newUser(users.pool);
  const made = await Promise.all(['A', 'B'].map((name) => run('createOrganisation', { name })));
  const answers = await Promise.all(
    made.map(({ organisation }) =>
      run('setOrganisationMember', { organisationId: organisation.id, userId: ada.id, role: 'MEMBER' }),
    ),
  );
  expect(answers.map(({ userErrors }) => userErrors.length).toSorted()).toEqual([0, 1]);
  const { rows } = await users.pool.query('SELECT FROM organisation_members WHERE user_id = $1', [ada.id]);
  expect(rows).toHaveLength(1);
});

test('a repeated request makes one organisation', async () => {
  const idempotencyKey = randomUUID();
  const answers = await Promise.all(
    [1, 2, 3].map(() => run('createOrganisation', { name: 'Once', idempotencyKey })),
  );
  expect(new Set(answers.map(({ organisation }) => organisation.id)).size).toBe(1);
});

test('what does not exist or is no name is refused', async () => {
  expect((await run('createOrganisation', { name: ' ' })).userErrors).toEqual([
    { code: 'INVALID', path: ['name'] },
  ]);
  const organisationId = newId('org');
  const { id: userId } = await newUser(users.pool);
  expect(
    (await run('setOrganisationMember', { organisationId, userId, role: 'ADMIN' })).userErrors,
  ).toMatchObject([{ code: 'NOT_FOUND', path: ['organisationId'] }]);
  const { id } = await newOrganisation(users.pool);
  const unknown = { organisationId: id, userId: newId('user'), role: 'ADMIN' };
  expect((await run('setOrganisationMember', unknown)).userErrors).toMatchObject([{ path: ['userId'] }]);
});

test('an organisation exists for its members only; others change nothing', async () => {
  const [ours, theirs] = [await newOrganisation(users.pool), await newOrganisation(users.pool)];
  const read = async (by: typeof platform | null) =>
    (await users.data('query ($id: ID!) { node(id: $id) { __typename id } }', { id: ours.id }, by)).node;
  expect(await read(ours.member)).toEqual({ __typename: 'Organisation', id: ours.id });
  expect(await read(platform)).toMatchObject({ id: ours.id });
  expect(await read(theirs.admin)).toBeNull();
  expect(await read(null)).toBeNull();
  await expect(run('createOrganisation', { name: 'Mine' }, ours.admin)).rejects.toMatchObject({
    extensions: { code: 'FORBIDDEN', requires: 'organisations:write' },
  });
});
