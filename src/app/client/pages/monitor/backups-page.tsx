import { BackupsView } from '#features/backups/client/backups-view.tsx';
import { MonitorArea } from './monitor-area.tsx';

export default function BackupsPage() {
  return (
    <MonitorArea current="/monitor/backups">
      <BackupsView />
    </MonitorArea>
  );
}
