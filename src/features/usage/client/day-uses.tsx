import type { DayUse } from '#features/usage/contract.ts';
import { LinkButton } from '#ui/app/link-button.tsx';
import { formatNumber } from '#ui/format/figure.ts';
import { Scrolling } from '#ui/primitives/scrolling.tsx';
import { Tag } from '#ui/primitives/tag.tsx';
import { texts as formats } from '#ui/texts/format.ts';
import { texts } from './texts/day-uses.ts';
import '#ui/primitives/figures.css';
import './day-uses.css';

interface DayUsesProps {
  used: { organization: DayUse; projects: readonly DayUse[]; users: readonly DayUse[] };
}

/** Today's usage against the daily budgets. */
export function DayUses({ used: { organization, projects, users } }: DayUsesProps) {
  return (
    <section className="section" aria-labelledby="used-today">
      <div className="day-uses-head">
        <h2 id="used-today">{texts.title}</h2>
        <LinkButton size="small" href="/settings/agent-permissions">
          {texts.policy}
        </LinkButton>
      </div>
      <p>{texts.about}</p>
      <Scrolling label={texts.table}>
        <table className="figures">
          <thead>
            <tr>
              <td />
              <th scope="col">{texts.cost}</th>
              <th scope="col">{texts.ofDollars}</th>
              <th scope="col">{texts.tokens}</th>
              <th scope="col">{texts.ofTokens}</th>
            </tr>
          </thead>
          <tbody>
            <UseRow use={organization} name={texts.organization} />
          </tbody>
          <Uses title={texts.projects} uses={projects} />
          <Uses title={texts.people} uses={users} />
        </table>
      </Scrolling>
    </section>
  );
}

function Uses({ title, uses }: { title: string; uses: readonly DayUse[] }) {
  if (uses.length === 0) return null;
  return (
    <tbody>
      <tr className="day-uses-group">
        <th scope="rowgroup" colSpan={5}>
          {title}
        </th>
      </tr>
      {uses.map((use) => (
        <UseRow key={use.id ?? use.name} use={use} name={use.name} />
      ))}
    </tbody>
  );
}

function UseRow({ use: { tokens, cost, budget, raised }, name }: { use: DayUse; name: string }) {
  const reachedCost = budget.cost !== undefined && (cost ?? 0) >= budget.cost;
  const reachedTokens = budget.tokens !== undefined && tokens >= budget.tokens;
  return (
    <tr>
      <th scope="row">
        {name}
        {raised && <Tag>{texts.raised}</Tag>}
        {(reachedCost || reachedTokens) && <Tag>{texts.reached}</Tag>}
      </th>
      <td data-bad={reachedCost || undefined}>{formatCost(cost, tokens)}</td>
      <td>{budget.cost === undefined ? '–' : formatDollars(budget.cost)}</td>
      <td data-bad={reachedTokens || undefined}>{formatNumber(tokens)}</td>
      <td>{budget.tokens === undefined ? '–' : formatNumber(budget.tokens)}</td>
    </tr>
  );
}

function formatCost(cost: number | null, tokens: number): string {
  if (cost === null) return tokens === 0 ? formatDollars(0) : texts.unknown;
  return cost > 0 && cost < 0.01 ? texts.tiny : formatDollars(cost);
}

const dollars = new Intl.NumberFormat(formats.language, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const formatDollars = (amount: number): string => texts.dollars(dollars.format(amount));
