import { createLogger } from '@meridian/kernel/logger';
import { stopOnSignals } from '@meridian/kernel/shutdown';
import { banner } from './banner.ts';
import { readPlatformConfig } from './config.ts';
import { generateAll } from './generate.ts';
import { progressOn, runProgram } from './progress.ts';
import { fromRoot } from './root.ts';

/** `npm start`: everything in one process. What needs generated code is imported after it was generated. */
await runProgram('Meridian', async () => {
  const config = readPlatformConfig();
  const progress = progressOn(process.stderr);
  await progress.step('generated code', generateAll);
  const { openWorkplace } = await import('./workplace.ts');
  const { startPlatform } = await import('./platform.ts');
  const { demoTokens } = await import('./sign-in.ts');

  const logger = createLogger('meridian', config.LOG_LEVEL);
  const { databases, viewerSecret, auth, issuer } = await openWorkplace(config, progress);
  const platform = await startPlatform({
    supergraph: fromRoot('supergraph.yaml'),
    databaseUrls: databases.urls,
    redisUrl: config.REDIS_URL ?? null,
    viewerSecret,
    router: { host: config.HOST, port: config.PORT, production: config.NODE_ENV === 'production', auth },
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
