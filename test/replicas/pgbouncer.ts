/** Part of `npm run test:replicas`: needs Debian's pgbouncer. */
import { describePooler } from './pooler-spec.ts';

describePooler();
