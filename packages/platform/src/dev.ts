import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import path from 'node:path';
import { fromRoot } from './root.ts';

const watched = ['packages', 'subgraphs', 'router', 'supergraph.yaml'];
/** An editor writes several files at once. */
const settleMs = 200;
const matters = (file: string): boolean =>
  /\.(ts|graphql|prisma|sql|json|yaml)$/.test(file) && !/node_modules|generated|\.test\.ts$/.test(file);

/** `npm run dev`: `npm start`, started again whenever a source file changes. */
let program: ChildProcess | null = null;
let timer: NodeJS.Timeout | null = null;
let stopping = false;

const run = (): void => {
  program = spawn(process.execPath, [...process.execArgv, fromRoot('packages/platform/src/start.ts')], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  program.once('exit', (code) => {
    program = null;
    if (!stopping && code) process.stderr.write('Waiting for a change …\n');
  });
};

const stop = async (): Promise<void> => {
  if (!program) return;
  program.kill('SIGTERM');
  await once(program, 'exit');
};

const onChange = (file: string): void => {
  if (!matters(file) || stopping) return;
  if (timer) clearTimeout(timer);
  timer = setTimeout(async () => {
    process.stderr.write(`\n${file} changed; starting again\n`);
    await stop();
    if (!stopping) run();
  }, settleMs);
};

for (const place of watched)
  watch(fromRoot(place), { recursive: true }, (_event, file) => onChange(path.join(place, file ?? '')));

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, async () => {
    stopping = true;
    await stop();
    process.exit(0);
  });
process.on('disconnect', () => process.emit('SIGTERM', 'SIGTERM'));
run();
