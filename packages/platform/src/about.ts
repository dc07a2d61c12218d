import { versionLines } from '@meridian/kernel/versions';
import { versions as routerVersions } from '@meridian/router/versions';
import { StartError } from './data-folder.ts';

const help = `Starts Meridian: the router and its four subgraphs.

  npm start                   in one process
  npm run start:services      in five

  --version   versions of everything that is served
  --help      this text

Settings come from the environment and all have defaults; .env.example lists them. The ones used most:

  PORT            where to listen (4000)
  DATABASE_URL    a PostgreSQL of your own, as an administrator; else an embedded one runs in DATA_DIR (.data)
  REDIS_URL       a Redis
  LOG_LEVEL       info logs a line for each request (warn)
`;

/**
 * Answers `--help` and `--version`. @returns whether that was all that was asked
 * @throws StartError for any other argument
 */
export function answerQuestion(argument: string | undefined): boolean {
  if (argument === undefined) return false;
  if (argument === '--help' || argument === '-h') process.stdout.write(help);
  else if (argument === '--version' || argument === '-v') process.stdout.write(versions());
  else throw new StartError(`There is no option ${JSON.stringify(argument)}.\n\n${help}`);
  return true;
}

const versions = (): string =>
  `${versionLines('meridian', ['@apollo/subgraph', 'pg', 'dataloader', 'ioredis'], import.meta.url)}${routerVersions()}`;
