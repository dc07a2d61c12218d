import { keepMemorySmall } from '@meridian/kernel/collector';
import { createLogger } from '@meridian/kernel/logger';
import { stopOnSignals } from '@meridian/kernel/shutdown';
import { answerQuestion } from './about.ts';
import { banner } from './banner.ts';
import { readPlatformConfig, routerConfigOf } from './config.ts';
import { startPlatform } from './platform.ts';
import { assertPortFree } from './ports.ts';
import { progressOn, runProgram } from './progress.ts';
import { fromRoot } from './root.ts';
import { demoTokens } from './sign-in.ts';
import { openWorkplace } from './workplace.ts';

/** `npm start`: everything in one process. */
await runProgram('Meridian', async () => {
  if (answerQuestion(process.argv[2])) return;
  keepMemorySmall();
  const config = readPlatformConfig();
  const progress = progressOn(process.stderr);
  await assertPortFree(config.HOST, config.PORT);

  const logger = createLogger('meridian', config.LOG_LEVEL);
  const { databases, viewerSecret, auth, issuer } = await openWorkplace(config, progress);
  const platform = await startPlatform({
    supergraph: fromRoot('supergraph.yaml'),
    databaseUrls: databases.urls,
    redisUrl: config.REDIS_URL ?? null,
    bus: config,
    retention: config,
    busUrl: databases.busUrl,
    viewerSecret,
    webhooks: config,
    router: {
      host: config.HOST,
      port: config.PORT,
      auth,
      ...routerConfigOf(config),
    },
    logger,
  }).catch(async (error: unknown) => {
    await databases.stop();
    throw error;
  });
  stopOnSignals(
    {
      async stop() {
        process.stderr.write('\nStopping …\n');
        await platform.stop();
        await databases.stop();
      },
    },
    logger,
  );
  process.stdout.write(banner(platform.url, issuer ? await demoTokens(issuer) : []));
});
