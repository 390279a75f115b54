import { describeFleet } from './fleet-spec.ts';
import { describeForwarding } from './forwarding-spec.ts';
import { nginx } from './proxy.ts';

describeForwarding(nginx);
describeFleet(nginx);
