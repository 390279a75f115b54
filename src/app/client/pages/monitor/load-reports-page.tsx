import { ReportList } from '#features/monitor/client/report-list.tsx';
import { MonitorArea } from './monitor-area.tsx';

export default function LoadReportsPage() {
  return (
    <MonitorArea current="/monitor/load-reports">
      <ReportList />
    </MonitorArea>
  );
}
