import { z } from 'zod';

export class ConfigError extends Error {
  override name = 'ConfigError';
}

const secretName = /SECRET|PASSWORD|TOKEN|KEY/;

/**
 * Reads a program's settings from the environment; an empty string counts as absent.
 * @throws ConfigError that lists every bad setting at once, without the values of secrets.
 */
export function readConfig<Shape extends z.ZodRawShape>(
  shape: Shape,
  env: Readonly<Record<string, string | undefined>>,
): z.infer<z.ZodObject<Shape>> {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = z.object(shape).safeParse(present);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => {
    const name = path.join('.');
    const value = present[name];
    if (value === undefined) return `  ${name} is not set, and it has no default`;
    return `  ${name} ${secretName.test(name) ? '(hidden)' : JSON.stringify(redactUrl(value))}: ${message}`;
  });
  throw new ConfigError(`Bad settings in the environment:\n${problems.join('\n')}`);
}

/** A copy that is safe to print: secrets hidden, passwords in URLs removed. */
export function redactConfig(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [
      name,
      typeof value !== 'string' ? value : secretName.test(name) ? '(hidden)' : redactUrl(value),
    ]),
  );
}

/** The URL with its password replaced; anything else as it is. */
export function redactUrl(value: string): string {
  if (!URL.canParse(value)) return value;
  const url = new URL(value);
  if (!url.password) return value;
  url.password = '***';
  return url.toString();
}
