import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as engine from '@prisma/schema-engine-wasm/schema_engine_bg';

/** Where Prisma's engine, written in Rust, leaves the message of a panic before it stops. */
type PanicRegistry = { set_message(message: string): void };

/** As much as is needed of it: TypeScript declares it with the browser's library only. */
declare const WebAssembly: {
  instantiate(
    binary: Uint8Array,
    imports: object,
  ): Promise<{ instance: { exports: Record<string, unknown> } }>;
};

declare global {
  var PRISMA_WASM_PANIC_REGISTRY: PanicRegistry | undefined;
  var meridianSchemaEngine: Promise<typeof engine> | undefined;
}

let lastPanic: string | undefined;

/**
 * Prisma's schema engine, compiled to WebAssembly; loaded once per process (4 MB, about 15 ms). Its glue serves one
 * instance: where this module itself is loaded twice, as test projects do, a second instance would break the first.
 */
export function loadSchemaEngine(): Promise<typeof engine> {
  globalThis.meridianSchemaEngine ??= load();
  return globalThis.meridianSchemaEngine;
}

/** What the engine said before it crashed, once; to be shown in place of "unreachable". */
export function takePanicMessage(): string | undefined {
  const message = lastPanic;
  lastPanic = undefined;
  return message;
}

async function load(): Promise<typeof engine> {
  globalThis.PRISMA_WASM_PANIC_REGISTRY ??= {
    set_message: (message) => {
      lastPanic = message;
    },
  };
  const glue = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const binary = readFileSync(join(dirname(glue), 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(binary, {
    './schema_engine_bg.js': { ...engine, ...timersThatLetGo() },
  });
  engine.__wbg_set_wasm(instance.exports);
  const start = instance.exports['__wbindgen_start'];
  if (typeof start === 'function') start();
  return engine;
}

/** The engine gives its wait for the advisory lock 10 s and leaves that timer be: the process would outlive its work. */
function timersThatLetGo(): Record<string, (callback: () => void, ms: number) => NodeJS.Timeout> {
  const names = Object.keys(engine).filter((name) => name.startsWith('__wbg_setTimeout_'));
  return Object.fromEntries(names.map((name) => [name, (callback, ms) => setTimeout(callback, ms).unref()]));
}
