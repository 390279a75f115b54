import { nginx } from '../proxies/proxy.ts';
import { describeUpgrades } from './upgrade-spec.ts';

describeUpgrades(nginx);
