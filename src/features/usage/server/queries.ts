import { statement } from '#kernel/database/statement.ts';

export interface AmountsRow {
  steps: number;
  input_tokens: number;
  output_tokens: number;
  cost: number | null;
  unpriced: boolean;
}

/** Null where all are meant. */
export type Chosen = [organizationId: string, from: string, to: string, projectId: string | null, userId: string | null];

// sum() of bigint is numeric, which would come as text.
const amounts = `sum(r.steps)::bigint as steps, sum(r.input_tokens)::bigint as input_tokens, sum(r.output_tokens)::bigint as output_tokens,
  sum(r.cost)::float8 as cost, bool_or(r.cost is null) as unpriced`;
const chosen = `r.organization_id = $1 and r.day between $2::date and $3::date
  and ($4::uuid is null or r.project_id = $4) and ($5::uuid is null or r.user_id = $5)`;
const mostFirst = 'sum(r.input_tokens + r.output_tokens) desc, sum(r.steps) desc';

export const selectDays = statement<AmountsRow & { day: string }, Chosen>(
  'usage.select-days',
  `select r.day::text as day, ${amounts} from run_usage r where ${chosen} group by r.day`,
);

type LabelledRow = AmountsRow & { key: string | null; label: string };

export const selectByProject = statement<LabelledRow, [...Chosen, limit: number]>(
  'usage.select-by-project',
  `select r.project_id as key, coalesce(p.name, 'Deleted projects') as label, ${amounts}
   from run_usage r left join projects p on p.id = r.project_id
   where ${chosen} group by r.project_id, p.name order by ${mostFirst} limit $6`,
);

/** Who has left the organization is still named, as long as they have an account. */
const person = `case when u.id is null then 'Deleted accounts' when m.user_id is null then u.name || ' (former member)' else u.name end`;
const people = `left join users u on u.id = r.user_id left join members m on m.user_id = r.user_id and m.organization_id = r.organization_id`;

export const selectByUser = statement<LabelledRow, [...Chosen, limit: number]>(
  'usage.select-by-user',
  `select r.user_id as key, ${person} as label, ${amounts}
   from run_usage r ${people}
   where ${chosen} group by r.user_id, u.id, m.user_id order by ${mostFirst} limit $6`,
);

export const selectByModel = statement<LabelledRow, [...Chosen, limit: number]>(
  'usage.select-by-model',
  `select r.model as key, r.model as label, ${amounts} from run_usage r where ${chosen} group by r.model order by ${mostFirst} limit $6`,
);

export interface LineRow extends AmountsRow {
  day: string;
  project: string;
  person: string;
  model: string;
}

export const selectLines = statement<LineRow, [...Chosen, limit: number]>(
  'usage.select-lines',
  `select r.day::text as day, coalesce(p.name, 'Deleted projects') as project, ${person} as person, r.model, ${amounts}
   from run_usage r left join projects p on p.id = r.project_id ${people}
   where ${chosen} group by r.day, r.project_id, p.name, r.user_id, u.id, m.user_id, r.model
   order by r.day, project, person, r.model limit $6`,
);
