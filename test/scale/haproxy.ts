import { haproxy } from '../proxies/proxy.ts';
import { describeFaults } from './faults-spec.ts';
import { describeUpgrades } from './upgrade-spec.ts';

describeUpgrades(haproxy);
describeFaults(haproxy);
