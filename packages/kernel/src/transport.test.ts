import { testTransportContract } from './testing/transport-contract.ts';

testTransportContract();
