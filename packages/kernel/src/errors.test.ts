import { expect, test } from 'vitest';
import { type AppError, badInput, conflict, errorCatalogue, notFound } from './errors.ts';

test('docs/errors.md lists the catalogue; `npm test -- -u` writes it anew', async () => {
  const rows = Object.entries(errorCatalogue).map(([code, [, meaning]]) => `| \`${code}\` | ${meaning} |`);
  const page = `# Error codes

What \`extensions.code\` of an entry of \`errors\` may say. \`extensions.subgraph\` names the subgraph that it came from, and
\`extensions.retryable\` says whether the same operation could succeed later and would do nothing twice. In production, too:
there, only the messages of unexpected errors are hidden; the names of subgraphs are no secret of a federated API.
Expected refusals are not errors but data, in the \`userErrors\` of a payload: their codes are in the schema
(\`enum ErrorCode\`).

| code | meaning |
| --- | --- |
${rows.join('\n')}
`;
  await expect(page).toMatchFileSnapshot('../../../docs/errors.md');
});

test('the shorthands say what, and carry their code', () => {
  const made: AppError[] = [
    notFound('Order', 'order_1'),
    conflict('Order', 'order_1'),
    badInput('No', 'first'),
  ];
  expect(made.map(({ extensions }) => extensions['code'])).toEqual([
    'NOT_FOUND',
    'CONFLICT',
    'BAD_USER_INPUT',
  ]);
  expect(made[0]?.message).toContain('order_1');
  expect(made[2]?.extensions).toEqual({ code: 'BAD_USER_INPUT', argument: 'first' });
});
