import { createLogger } from '@meridian/kernel/logger';
import { createMetrics } from '@meridian/kernel/metrics';
import { testTransportContract } from '@meridian/kernel/testing/transport-contract';
import { routerMetrics } from '../telemetry/metrics.ts';
import { defaultTransportPolicy } from './policy.ts';
import { resilientTransport } from './resilient.ts';

const watch = { metrics: routerMetrics(createMetrics('test')), logger: createLogger('test', 'silent') };

testTransportContract((transport) => resilientTransport('demo', transport, defaultTransportPolicy, watch));
