import { describeFleet } from './fleet-spec.ts';
import { describeForwarding, describeHealthChecks } from './forwarding-spec.ts';
import { haproxy } from './proxy.ts';

describeForwarding(haproxy);
describeHealthChecks(haproxy);
describeFleet(haproxy);
