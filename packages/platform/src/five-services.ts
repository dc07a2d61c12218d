import type { BusSettings } from '@meridian/kernel/bus/open-bus';
import type { RetentionSettings } from '@meridian/kernel/retention';
import type { WebhookSettings } from '@meridian/users/webhook/webhook.settings';
import type { PlatformConfig } from './config.ts';
import type { Service } from './services.ts';
import { type SubgraphName, subgraphNames } from './subgraph-names.ts';
import type { Workplace } from './workplace.ts';

const firstSubgraphPort = 4001;
const usualPort = (name: SubgraphName): number => firstSubgraphPort + subgraphNames.indexOf(name);

/** Where the five will listen. */
export const addressesOf = ({
  HOST,
  PORT,
}: Pick<PlatformConfig, 'PORT' | 'HOST'>): [host: string, port: number][] => [
  [HOST, PORT],
  ...subgraphNames.map((name): [string, number] => ['127.0.0.1', usualPort(name)]),
];

/** The settings with which the four subgraphs and the router run as processes of their own on this machine. */
export function fiveServices(
  config: Pick<PlatformConfig, 'PORT' | 'HOST' | 'NODE_ENV' | 'LOG_LEVEL' | 'REDIS_URL'> & {
    /** Its settings, beside those that are made here. */ router?: Readonly<Record<string, string>>;
  } & BusSettings &
    RetentionSettings &
    WebhookSettings,
  { databases, viewerSecret, auth }: Pick<Workplace, 'databases' | 'viewerSecret' | 'auth'>,
  portOf: (name: SubgraphName) => number = usualPort,
): { services: Service[]; url: string } {
  const { NODE_ENV, LOG_LEVEL, HOST, PORT, REDIS_URL } = config;
  const common = { NODE_ENV, LOG_LEVEL, VIEWER_SECRET: viewerSecret };
  const originOf = (name: SubgraphName) => `http://127.0.0.1:${portOf(name)}`;
  const url = `http://${HOST === '0.0.0.0' ? 'localhost' : HOST}:${PORT}`;

  const subgraphs = subgraphNames.map((name): Service => {
    const env: Record<string, string> = {
      ...common,
      HOST: '127.0.0.1',
      PORT: String(portOf(name)),
      DATABASE_URL: databases.urls[name],
      BUS_DATABASE_URL: databases.busUrl,
      BUS_TRIES: String(config.BUS_TRIES),
      BUS_LEASE_SECONDS: String(config.BUS_LEASE_SECONDS),
      OUTBOX_RETENTION_HOURS: String(config.OUTBOX_RETENTION_HOURS),
      OUTBOX_RETENTION_MB: String(config.OUTBOX_RETENTION_MB),
      IDEMPOTENCY_RETENTION_HOURS: String(config.IDEMPOTENCY_RETENTION_HOURS),
      ...(config.KAFKA_BROKERS && { KAFKA_BROKERS: config.KAFKA_BROKERS }),
      ...(REDIS_URL && { REDIS_URL }),
    };
    if (name === 'users') Object.assign(env, webhookEnv(config));
    if (name === 'orders') env['CATALOG_URL'] = `${originOf('catalog')}/graphql`;
    if (name === 'rides') env['ORDERS_URL'] = `${originOf('orders')}/graphql`;
    return { name, program: `subgraphs/${name}/src/main.ts`, origin: originOf(name), env };
  });
  const router: Service = {
    name: 'router',
    program: 'router/src/main.ts',
    origin: url,
    env: {
      ...config.router,
      ...common,
      HOST,
      PORT: String(PORT),
      SUPERGRAPH: 'supergraph.yaml',
      SUBGRAPH_URLS: subgraphNames.map((name) => `${name}=${originOf(name)}/graphql`).join(','),
      AUTH_JWKS: auth.jwks,
      ...(auth.issuer && { AUTH_ISSUER: auth.issuer }),
      ...(auth.audience && { AUTH_AUDIENCE: auth.audience }),
    },
  };
  return { services: [...subgraphs, router], url };
}

const webhookEnv = (settings: WebhookSettings): Record<string, string> => ({
  WEBHOOK_ALLOW_HTTP: String(settings.WEBHOOK_ALLOW_HTTP),
  WEBHOOK_ALLOW_PRIVATE: String(settings.WEBHOOK_ALLOW_PRIVATE),
  ...(settings.WEBHOOK_SECRET_KEY && { WEBHOOK_SECRET_KEY: settings.WEBHOOK_SECRET_KEY }),
});
