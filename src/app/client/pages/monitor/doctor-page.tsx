import { Examination } from '#features/doctor/client/examination.tsx';
import { texts } from '#features/doctor/client/texts.ts';
import { MonitorArea } from './monitor-area.tsx';

export default function DoctorPage() {
  return (
    <MonitorArea current="/monitor/doctor" about={texts.about}>
      <Examination />
    </MonitorArea>
  );
}
