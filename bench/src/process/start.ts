import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { environment } from '../config.ts';
import type { Question, Usage } from './probe.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const startLimitMs = 30_000;

/** Processes are tied to a processor of their own where `taskset` can be had and there is more than one. */
export const canPin = spawnSync('taskset', ['-c', '0,1', 'true']).status === 0;
/** Servers share one processor; the client that loads them has another. */
export type Processor = 'servers' | 'client';
const processors: Record<Processor, string> = { servers: '0', client: '1' };

export type Server = {
  usage(): Promise<Usage>;
  ask(question: Question): Promise<unknown>;
  stop(): Promise<void>;
};

/** Starts a program, by its path from the project's root, without waiting for it. */
export function startProgram(
  program: string,
  args: readonly string[],
  processor: Processor,
  settings: Readonly<Record<string, string>> = {},
): ChildProcess {
  const probe = path.join(import.meta.dirname, 'probe.ts');
  const node = [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    ...(processor === 'servers' ? ['--import', probe] : []),
    path.join(root, program),
    ...args,
  ];
  const [command = '', ...rest] = canPin ? ['taskset', '-c', processors[processor], ...node] : node;
  return spawn(command, rest, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...environment, ...settings },
  });
}

/** Starts a server and resolves when it takes connections. @throws when it ends or is not up in half a minute. */
export async function startServer(
  program: string,
  args: readonly string[],
  port: number,
  settings?: Readonly<Record<string, string>>,
): Promise<Server> {
  const child = startProgram(program, args, 'servers', settings);
  const deadline = performance.now() + startLimitMs;
  while (!(await listens(port))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`${program} does not start`);
    }
    await pause(20);
  }
  const ask = async (question: Question) => {
    child.send({ question });
    const message = await said(child, isAnswer, program);
    return message.answer;
  };
  return {
    ask,
    usage: async () => (await ask('usage')) as Usage,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.disconnect(); // It ends itself, and so keeps what it compiled for its next start.
      await once(child, 'exit');
    },
  };
}

const isAnswer = (message: unknown): message is { answer: unknown } =>
  typeof message === 'object' && message !== null && 'answer' in message;

/** Waits for the message that `is` knows. @throws when the process ends or is silent for half a minute. */
export function said<Message>(
  child: ChildProcess,
  is: ((message: unknown) => message is Message) | ((message: unknown) => boolean),
  program: string,
  limitMs: number = startLimitMs,
): Promise<Message> {
  const { promise, resolve, reject } = Promise.withResolvers<Message>();
  const onMessage = (message: unknown) => is(message) && resolve(message as Message);
  const onExit = () => reject(new Error(`${program} ended before it said what was waited for`));
  const timer = setTimeout(() => reject(new Error(`${program} was silent for ${limitMs} ms`)), limitMs);
  child.on('message', onMessage).once('exit', onExit);
  return promise.finally(() => {
    clearTimeout(timer);
    child.off('message', onMessage).off('exit', onExit);
  });
}

function listens(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, '127.0.0.1', () => resolve(true)).once('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}
