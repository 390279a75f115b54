/** Part of `npm run test:replicas`: real standbys that fall behind, hang, die and are promoted. */
import { describeBrowser } from './browser-spec.ts';
import { describeFailover } from './failover-spec.ts';
import { describeLiveUpdates } from './live-updates-spec.ts';
import { describeReplicaCost } from './replica-cost-spec.ts';
import { describeStaleReads } from './stale-reads-spec.ts';

describeStaleReads();
describeLiveUpdates();
describeFailover();
describeBrowser();
describeReplicaCost();
