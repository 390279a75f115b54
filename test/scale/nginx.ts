import { nginx } from '../proxies/proxy.ts';
import { describeFaults } from './faults-spec.ts';
import { describeUpgrades } from './upgrade-spec.ts';

describeUpgrades(nginx);
describeFaults(nginx);
