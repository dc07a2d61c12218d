import { type ParseArgsConfig, parseArgs } from 'node:util';

/** A command line that cannot be followed; the message says how it should look. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/**
 * What Node's `parseArgs` makes of a program's arguments.
 * @param advice how to do better, which ends the message of an error
 * @throws UsageError for an option that does not exist, lacks its value or has one too many
 */
export function parseCommandLine<const Config extends ParseArgsConfig>(
  args: readonly string[],
  config: Config,
  advice: string,
): ReturnType<typeof parseArgs<Config & { args: string[] }>> {
  try {
    return parseArgs({ ...config, args: [...args] });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n${advice}`);
  }
}
