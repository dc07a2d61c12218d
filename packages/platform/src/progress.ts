import { DatabaseSetupError } from '@meridian/database/setup-error';
import { ConfigError } from '@meridian/kernel/config';
import { CompositionError } from '@meridian/router/supergraph/compose';
import { SupergraphConfigError } from '@meridian/router/supergraph/subgraph-list';
import { StartError } from './data-folder.ts';

/** Tells a person what a program is doing, on standard error. */
export type Progress = {
  /** Runs a step; says how long it took when that was noticeable. */
  step<Value>(title: string, run: (detail: (text: string) => void) => Promise<Value>): Promise<Value>;
};

const noticeableMs = 500;

export function progressOn(stream: { write(text: string): unknown }): Progress {
  return {
    async step(title, run) {
      const started = performance.now();
      const value = await run((text) => stream.write(`  ${title}: ${text}\n`));
      const took = performance.now() - started;
      if (took > noticeableMs) stream.write(`  ${title}: ready after ${(took / 1000).toFixed(1)} s\n`);
      return value;
    },
  };
}

/** Failures that we foresaw: their message says what to do, and a stack would only hide it. */
const foreseen = [ConfigError, DatabaseSetupError, StartError, CompositionError, SupergraphConfigError];

/** What a person needs to know of why a program could not go on. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE' && 'port' in error)
    return `Port ${error.port} is taken: stop what uses it, or set PORT to another one.`;
  return foreseen.some((kind) => error instanceof kind) ? error.message : (error.stack ?? error.message);
}

/** Runs a program; when it fails, says why in one message and ends the process with code 1. */
export async function runProgram(name: string, program: () => Promise<void>): Promise<void> {
  try {
    await program();
  } catch (error) {
    process.stderr.write(`\n${name} could not start.\n${explain(error)}\n`);
    process.exit(1);
  }
}
