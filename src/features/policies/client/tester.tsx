import { useId, useState } from 'react';
import { explainVerdict, gate } from '#features/policies/gate.ts';
import { type Level, levels, type ProjectPolicies } from '#features/policies/policy.ts';
import type { PolicyTool } from '#features/tools/contract.ts';
import { Field } from '#ui/primitives/field.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { type Role, role as roles } from '#wire/role.ts';
import { decisions, levelWords } from './describe-policy.ts';
import { texts } from './texts/form.ts';

const words = texts.tester;

interface PolicyTesterProps {
  tools: readonly PolicyTool[];
  /** As shown on the screen, saved or not. */
  policies: ProjectPolicies;
}

/** Predicts the outcome of a call with the same function the server uses. */
export function PolicyTester({ tools, policies }: PolicyTesterProps) {
  const id = useId();
  const [tool, setTool] = useState('edit_file');
  const [path, setPath] = useState('');
  const [level, setLevel] = useState<Level>('supervised');
  const [role, setRole] = useState<Role>('member');
  const chosen = tools.find(({ name }) => name === tool) ?? tools[0];
  if (!chosen) return null;
  const paths = chosen.effect === 'project' && path.trim() ? [path.trim()] : [];
  const verdict = gate({ level, role, policies, call: { tool: chosen.name, effect: chosen.effect, paths }, granted: [] });
  return (
    <section className="section" aria-labelledby={id}>
      <h2 id={id}>{words.title}</h2>
      <p>{words.about}</p>
      <div className="policy-tester">
        <Choice label={words.tool} value={chosen.name} options={tools.map(({ name }) => [name, name])} onChange={setTool} />
        <Field
          label={words.file}
          placeholder={words.filePlaceholder}
          autoComplete="off"
          spellCheck={false}
          disabled={chosen.effect !== 'project'}
          value={path}
          onChange={(event) => setPath(event.target.value)}
        />
        <Choice
          label={words.level}
          value={level}
          options={levels.map((one) => [one, levelWords[one].name])}
          onChange={(one) => setLevel(one as Level)}
        />
        <Choice
          label={words.role}
          value={role}
          options={roles.options.map((one) => [one, words.roles[one]])}
          onChange={(one) => setRole(one as Role)}
        />
      </div>
      <output className="policy-verdict" data-decision={verdict.decision}>
        <Icon name={decisions[verdict.decision].icon} />
        <span>
          <b>{words.outcomes[verdict.decision]}</b>{' '}
          {verdict.level !== undefined && verdict.level !== level && `${words.lowered(words.levels[verdict.level], words.levels[level])} `}
          {explainVerdict(verdict, chosen.effect)}
        </span>
      </output>
    </section>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  options: readonly (readonly [value: string, label: string])[];
  onChange: (value: string) => void;
}

function Choice({ label, value, options, onChange }: ChoiceProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} className="select" value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map(([one, said]) => (
          <option key={one} value={one}>
            {said}
          </option>
        ))}
      </select>
    </div>
  );
}
