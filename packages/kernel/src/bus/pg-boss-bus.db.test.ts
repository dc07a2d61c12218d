import { useTestDatabase } from '@meridian/testkit/database';
import { createLogger } from '../logger.ts';
import { impatient, testBusContract } from '../testing/bus-contract.ts';
import { openPgBossBus } from './pg-boss-bus.ts';

const database = useTestDatabase();
const logger = createLogger('test', 'silent');

testBusContract(() => openPgBossBus({ url: database.urlFor('bus'), logger, tries: impatient }));
