import { useLocation } from 'wouter';
import { DEFAULT_PERIOD, daysOf } from '#features/usage/client/period.ts';
import { PeriodSelect } from '#features/usage/client/period-select.tsx';
import { exportAddress } from '#features/usage/client/queries.ts';
import { UsageView } from '#features/usage/client/view.tsx';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { Page, PageHead } from '#ui/app/page.tsx';
import { useSearch } from '#ui/app/search-params.ts';
import { Icon } from '#ui/primitives/icon.tsx';
import { texts } from '../texts.ts';
import type { Membership } from '../use-current-organization.ts';
import { texts as words } from './texts/pages.ts';

/** The URL holds the selection, so it can be shared and survives a reload. */
export default function UsagePage({ organization }: { organization: Membership }) {
  useDocumentTitle(texts.usage);
  const [, navigate] = useLocation();
  const search = new URLSearchParams(useSearch());

  function change(changes: Record<string, string | undefined>): void {
    for (const [name, value] of Object.entries(changes)) value === undefined ? search.delete(name) : search.set(name, value);
    navigate(search.size > 0 ? `/usage?${search}` : '/usage', { replace: true });
  }

  const period = search.get('period') ?? DEFAULT_PERIOD;
  const selection = {
    organization: organization.id,
    ...daysOf(period, Date.now()),
    project: search.get('project') ?? undefined,
    user: search.get('user') ?? undefined,
  };
  return (
    <Page wide>
      <PageHead title={texts.usage}>
        <div className="page-actions">
          <PeriodSelect value={period} onChange={(key) => change({ period: key === DEFAULT_PERIOD ? undefined : key })} />
          <a className="button" href={exportAddress(selection)} download>
            <Icon name="download" />
            {words.exportUsage}
          </a>
        </div>
      </PageHead>
      <UsageView selection={selection} onSelect={change} />
    </Page>
  );
}
