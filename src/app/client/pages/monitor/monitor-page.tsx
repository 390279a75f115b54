import { Link } from 'wouter';
import { MonitorView } from '#features/monitor/client/monitor/monitor-view.tsx';
import { useSearch } from '#ui/app/search-params.ts';
import { MonitorArea } from './monitor-area.tsx';
import { texts } from './texts.ts';
import './monitor-page.css';

/** The range is in the URL, so it can be shared and survives a reload. */
export default function MonitorPage() {
  const range = new URLSearchParams(useSearch()).get('range') === 'day' ? 'day' : 'hour';
  return (
    <MonitorArea
      current="/monitor"
      actions={
        <nav className="ranges" aria-label={texts.range}>
          <Link className="range" href="/monitor" replace aria-current={range === 'hour' ? 'true' : undefined}>
            {texts.hour}
          </Link>
          <Link className="range" href="/monitor?range=day" replace aria-current={range === 'day' ? 'true' : undefined}>
            {texts.day}
          </Link>
        </nav>
      }
    >
      <MonitorView range={range} />
    </MonitorArea>
  );
}
