import type { Pool } from 'pg';

/**
 * Lets a process outlive the connections of a pool, which replaces those that are lost. Unheard, the `error` of a
 * connection ends the process; and a pool listens to idle ones only, so that one that breaks a moment after it was taken,
 * or a moment before it is given back, is heard by nobody. A statement that was under way fails by itself.
 * @param onIdleLost told of those that broke while nobody used them
 */
export function outliveConnections(pool: Pool, onIdleLost: (error: Error) => void): void {
  pool.on('connect', (client) => client.on('error', () => {}));
  pool.on('error', (error) => {
    if (!pool.ending) onIdleLost(error);
  });
}
