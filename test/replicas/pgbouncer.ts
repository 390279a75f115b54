/** Part of `npm run test:replicas`: needs Debian's pgbouncer. */
import { describePooler } from './pooler-spec.ts';
import { describeProcesses } from './processes-spec.ts';
import { describeStatementCost } from './statement-cost-spec.ts';

describePooler();
describeProcesses();
describeStatementCost();
