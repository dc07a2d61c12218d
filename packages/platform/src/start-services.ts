import { createLogger } from '@meridian/kernel/logger';
import { stopOnSignals } from '@meridian/kernel/shutdown';
import { answerQuestion } from './about.ts';
import { banner } from './banner.ts';
import { givenToRouter, readPlatformConfig } from './config.ts';
import { addressesOf, fiveServices } from './five-services.ts';
import { assertPortFree } from './ports.ts';
import { progressOn, runProgram } from './progress.ts';
import { startServices } from './services.ts';
import { demoTokens } from './sign-in.ts';
import { openWorkplace } from './workplace.ts';

/** `npm run start:services`: the same five programs as five processes that talk HTTP. */
await runProgram('Meridian', async () => {
  if (answerQuestion(process.argv[2])) return;
  const config = readPlatformConfig();
  const progress = progressOn(process.stderr);
  for (const [host, port] of addressesOf(config)) await assertPortFree(host, port);

  const logger = createLogger('meridian', config.LOG_LEVEL);
  const workplace = await openWorkplace(config, progress);
  const { services, url } = fiveServices({ ...config, router: givenToRouter() }, workplace);
  const running = await progress
    .step('services', () => startServices(services, (line) => process.stderr.write(`  ${line}\n`)))
    .catch(async (error: unknown) => {
      await workplace.databases.stop();
      throw error;
    });
  stopOnSignals(
    {
      async stop() {
        process.stderr.write('\nStopping …\n');
        await running.stop();
        await workplace.databases.stop();
      },
    },
    logger,
    30_000,
  );
  process.stdout.write(banner(url, workplace.issuer ? await demoTokens(workplace.issuer) : []));
});
