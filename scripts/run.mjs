#!/usr/bin/env node
// Runs one of our TypeScript programs: `node scripts/run.mjs <file.ts> [arguments]`.
//
// This is what every npm script goes through, so it works on a bare clone: it is plain JavaScript for Node 20.19 and
// later, installs what the lockfile names and is missing, then starts the program on the Node that the lockfile pins.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const modules = path.join(root, 'node_modules');
const oldest = [20, 19];
const runtime = 24;

const fail = (message) => {
  process.stderr.write(`${message}\n`);
  process.exit(1);
};

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < oldest[0] || (major === oldest[0] && minor < oldest[1]))
  fail(
    `Meridian needs Node ${oldest.join('.')} or later to start; this is ${process.versions.node}. Get one from https://nodejs.org.`,
  );

const packagesOf = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return null;
  }
};

/** npm writes its own record last of all, so an install that was killed half-way does not count. */
function isInstalled() {
  const installed = packagesOf(path.join(modules, '.package-lock.json'));
  const wanted =
    packagesOf(path.join(root, 'package-lock.json')) ?? fail('package-lock.json is missing or no JSON.');
  return (
    installed !== null &&
    Object.entries(wanted).every(
      ([name, entry]) =>
        name === '' ||
        entry.optional ||
        entry.link ||
        !name.startsWith('node_modules/') ||
        installed[name]?.version === entry.version,
    )
  );
}

function npm(args, doing) {
  process.stderr.write(`${doing}\n`);
  const cli = process.env.npm_execpath;
  const options = { cwd: root, stdio: ['ignore', 2, 2], shell: !cli && process.platform === 'win32' };
  const flags = [...args, '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = cli
    ? spawnSync(process.execPath, [cli, ...flags], options)
    : spawnSync('npm', flags, options);
  return status === 0;
}

/** The pinned Node, or this one where it is new enough. */
function findRuntime() {
  const pinned = path.join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(pinned)) return pinned;
  return major >= runtime ? process.execPath : null;
}

if (!isInstalled() && !npm(['ci'], 'Installing packages (half a minute the first time) …'))
  fail('The packages could not be installed; see the lines above. Is the npm registry reachable?');
// With install scripts switched off the pinned Node is not there yet.
if (!findRuntime()) npm(['rebuild', 'node', '--ignore-scripts=false'], `Fetching Node ${runtime} …`);
const node =
  findRuntime() ??
  fail(`Meridian runs on Node ${runtime}, which could not be installed. Install it from https://nodejs.org.`);

const [program, ...args] = process.argv.slice(2);
if (!program) fail('Usage: node scripts/run.mjs <file.ts> [arguments]');
// Node would take up to four times as much memory for young objects. Those of requests that are answered in turn die soon.
const flags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=16'];
// Compiled code is kept from one start to the next: that halves the time to load everything. And glibc would keep freed
// memory apart for each of a dozen threads, of which most do next to nothing, and all of it after the first burst.
const env = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_TRIM_THRESHOLD_: '131072',
  ...process.env,
  APOLLO_TELEMETRY_DISABLED: '1',
  NODE_COMPILE_CACHE: path.join(modules, '.cache', 'compiled'),
};

// Prisma clients and resolver types follow their schemas; where nothing changed this takes a tenth of a second.
const generated = spawnSync(node, [...flags, path.join(root, 'scripts', 'generate.ts')], {
  stdio: ['ignore', 2, 2],
});
if (generated.status !== 0)
  fail('No code can be made from the schemas as they are; mend what is named above.');

const child = spawn(node, [...flags, path.join(root, program), ...args], {
  // The channel tells the program when this process is gone, even by `kill -9`.
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  env,
});

// Ctrl-C reaches the whole group; the program decides how to end, and its end is ours.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
const parent = process.ppid;
setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 1000).unref();

child.on('error', (error) => fail(`${node} does not start: ${error.message}`));
child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 1)));
