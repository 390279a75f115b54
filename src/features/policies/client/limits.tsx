import { useId } from 'react';
import { type ActingRole, actingRole, budgetScope, type Policy } from '#features/policies/policy.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { Field } from '#ui/primitives/field.tsx';
import { actingRoles, projectScopes, scopes } from './describe-policy.ts';
import type { Draft } from './draft.ts';
import { texts } from './texts/form.ts';

const words = texts.limits;

interface RoleSelectProps {
  label: string;
  value: ActingRole | undefined;
  /** The role that applies while none is chosen. */
  otherwise: ActingRole;
  /** For a project: offers only roles above the organization's. */
  above: boolean;
  disabled: boolean;
  id?: string;
  onChange: (role: ActingRole | undefined) => void;
}

export function RoleSelect({ label, value, otherwise, above, disabled, id, onChange }: RoleSelectProps) {
  const smallest = above ? actingRole.options.indexOf(otherwise) + 1 : 0;
  const offered = actingRole.options.filter((role, index) => index >= smallest || role === value);
  return (
    <select
      id={id}
      className="select policy-role"
      aria-label={id ? undefined : label}
      data-said={value !== undefined || undefined}
      value={value ?? ''}
      disabled={disabled}
      onChange={(event) => onChange((event.target.value || undefined) as ActingRole | undefined)}
    >
      <option value="">
        {texts.matrix.withWhy(actingRoles[otherwise], above ? texts.matrix.why.inherited : texts.matrix.why.default)}
      </option>
      {offered.map((role) => (
        <option key={role} value={role}>
          {above && actingRole.options.indexOf(role) < smallest ? texts.matrix.noEffect(actingRoles[role]) : actingRoles[role]}
        </option>
      ))}
    </select>
  );
}

interface PolicyLimitsProps {
  draft: Draft;
  above: Policy | undefined;
  wrong: Readonly<Record<string, string>>;
  readOnly: boolean;
  onChange: (changes: Partial<Draft>) => void;
}

/** Who approves, how long requests wait, and the daily budgets. */
export function PolicyLimits({ draft, above, wrong, readOnly, onChange }: PolicyLimitsProps) {
  const id = useId();
  const hours = above?.expireAfterHours;
  return (
    <>
      <section className="section" aria-labelledby={`${id}-approvals`}>
        <h2 id={`${id}-approvals`}>{words.approvals}</h2>
        <p>{words.approvalsAbout}</p>
        <div className="policy-pair">
          <div className="field">
            <label htmlFor={`${id}-approvers`}>{words.approvers}</label>
            <RoleSelect
              id={`${id}-approvers`}
              label={words.approvers}
              value={draft.approvers}
              otherwise={above?.approvers ?? 'member'}
              above={above !== undefined}
              disabled={readOnly}
              onChange={(approvers) => onChange({ approvers })}
            />
          </div>
          <Field
            label={words.expiry}
            hint={hours === undefined ? words.expiryEmpty : words.expiryInherited(hours)}
            inputMode="decimal"
            autoComplete="off"
            value={draft.expireAfterHours}
            error={wrong['expireAfterHours']}
            disabled={readOnly}
            onChange={(event) => onChange({ expireAfterHours: event.target.value })}
          />
        </div>
        <div className="policy-check">
          <input
            id={`${id}-four-eyes`}
            type="checkbox"
            aria-describedby={`${id}-four-eyes-hint`}
            checked={draft.fourEyes || above?.fourEyes === true}
            disabled={readOnly || above?.fourEyes === true}
            onChange={(event) => onChange({ fourEyes: event.target.checked })}
          />
          <label htmlFor={`${id}-four-eyes`}>{words.fourEyes}</label>
          <p id={`${id}-four-eyes-hint`} className="field-hint">
            {above?.fourEyes ? words.fourEyesInherited : words.fourEyesHint}
          </p>
        </div>
      </section>
      <section className="section" aria-labelledby={`${id}-budgets`}>
        <h2 id={`${id}-budgets`}>{words.budgets}</h2>
        <p>{words.budgetsAbout}</p>
        <div className="policy-budgets">
          {budgetScope.options.map((scope) => (
            <fieldset key={scope} className="policy-budget">
              <legend className="field-label">{(above ? projectScopes : scopes)[scope]}</legend>
              {(['cost', 'tokens'] as const).map((amount) => {
                const bound = above?.dailyBudgets[scope]?.[amount];
                return (
                  <Field
                    key={amount}
                    label={words[amount]}
                    {...(bound !== undefined && { hint: words.atMost(formatNumber(bound)) })}
                    inputMode="decimal"
                    autoComplete="off"
                    value={draft.budgets[scope][amount]}
                    error={wrong[`dailyBudgets.${scope}.${amount}`]}
                    disabled={readOnly}
                    onChange={(event) =>
                      onChange({ budgets: { ...draft.budgets, [scope]: { ...draft.budgets[scope], [amount]: event.target.value } } })
                    }
                  />
                );
              })}
            </fieldset>
          ))}
        </div>
      </section>
    </>
  );
}
