import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { composeFromConfig } from '@meridian/router/supergraph/compose';
import { runProgram } from './progress.ts';
import { fromRoot } from './root.ts';

/** `npm run compose`: writes the supergraph to `supergraph.graphql`; with `--check` it only says whether it composes. */
await runProgram('Composition', async () => {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  const { sdl, subgraphs } = await composeFromConfig(fromRoot('supergraph.yaml'));
  const names = subgraphs.map(({ name }) => name).join(', ');
  if (values.check) {
    process.stdout.write(`${names} compose\n`);
    return;
  }
  await writeFile(fromRoot('supergraph.graphql'), sdl);
  process.stdout.write(`${names} → supergraph.graphql (${sdl.length} characters)\n`);
});
