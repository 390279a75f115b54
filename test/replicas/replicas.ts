/** Part of `npm run test:replicas`: real streaming replication, promotion. */
import { describeFailover } from './failover-spec.ts';
import { describeLiveUpdates } from './live-updates-spec.ts';
import { describeStaleReads } from './stale-reads-spec.ts';

describeStaleReads();
describeLiveUpdates();
describeFailover();
