/** A standalone page of one report: opened from a file, it makes no requests. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { LoadReportView } from '#features/monitor/client/load-report/load-report-view.tsx';
import type { LoadReport } from '#features/monitor/load-report.ts';
import { Logo } from '#ui/primitives/logo.tsx';
import './report.css';

const root = document.getElementById('root');
const report = JSON.parse(document.getElementById('report')?.textContent ?? 'null') as LoadReport | null;
if (!root || !report) throw new Error('report.html has no #root or no #report');
createRoot(root).render(
  <StrictMode>
    <main id="main" className="report-page">
      <p className="report-brand">
        <Logo size={20} /> Guildhall
      </p>
      <LoadReportView report={report} />
    </main>
  </StrictMode>,
);
