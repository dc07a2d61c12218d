import { parseArgs } from 'node:util';
import { isRole, scopesOf } from '@meridian/users/identity/roles.rules';
import { readPlatformConfig } from './config.ts';
import { openDataFolder, StartError } from './data-folder.ts';
import { demoViewers } from './demo/viewers.ts';
import { openDevIssuer } from './dev-issuer.ts';
import { runProgram } from './progress.ts';

const usage = `Usage: npm run --silent token -- --role <role> [--user <id>] [--expires <time>]

Prints a token for development, signed with the key in the data folder.

  --role     customer, driver, merchant_admin, partner, support or platform_admin
  --user     the id of a user; without it the demo viewer of that role
  --expires  how long it holds, such as 30m or 12h (the default)
`;

await runProgram('The token command', async () => {
  const { values } = readArguments();
  if (values.help || !values.role) {
    process.stdout.write(usage);
    if (!values.help) process.exitCode = 1;
    return;
  }
  const role = values.role.toUpperCase().replaceAll('-', '_');
  if (!isRole(role)) throw new StartError(`There is no role ${JSON.stringify(values.role)}.\n\n${usage}`);
  const subject = values.user ?? demoViewers.find((viewer) => viewer.role === role)?.userId;
  if (!subject) throw new StartError(`There is no demo viewer of the role ${role}: name one by --user.`);
  if (!/^\d+\s?[smhdw]$/.test(values.expires))
    throw new StartError(`--expires takes a time such as 30m or 12h, not ${JSON.stringify(values.expires)}.`);

  const issuer = await openDevIssuer(await openDataFolder(readPlatformConfig().DATA_DIR));
  const token = await issuer.token({ subject, scopes: scopesOf([role]), expiresIn: values.expires });
  process.stdout.write(`${token}\n`);
});

function readArguments() {
  try {
    return parseArgs({
      options: {
        role: { type: 'string' },
        user: { type: 'string' },
        expires: { type: 'string', default: '12h' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new StartError(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}
