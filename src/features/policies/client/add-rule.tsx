import { useId, useState } from 'react';
import { type Decision, decision as decisionSchema, levels, policyRule } from '#features/policies/policy.ts';
import type { PolicyTool } from '#features/tools/contract.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Field } from '#ui/primitives/field.tsx';
import { decisions, describeTools } from './describe-policy.ts';
import { type Row, rowProblem } from './draft.ts';
import { texts } from './texts/form.ts';

const words = texts.rule;

interface AddRuleProps {
  tools: readonly PolicyTool[];
  rows: readonly Row[];
  /** For a project, whose rules can only narrow. */
  narrowing: boolean;
  onAdd: (row: Row) => void;
}

/** Adds a rule with the same decision at each level; the matrix changes single levels. */
export function AddRule({ tools, rows, narrowing, onAdd }: AddRuleProps) {
  const id = useId();
  const [tool, setTool] = useState('*');
  const [path, setPath] = useState('');
  const [decision, setDecision] = useState<Decision>('ask');
  const [problem, setProblem] = useState<string>();
  const several = ['*', ...new Set(tools.flatMap(({ name, server }) => (server === null ? [] : `${name.split('__')[0]}__*`)))];

  function add(): void {
    const target = { tool, path: path.trim() || null };
    const read = policyRule.safeParse({ ...target, ...Object.fromEntries(levels.map((level) => [level, decision])) });
    const refused = read.success ? rowProblem(rows, read.data) : read.error.issues[0]?.message;
    setProblem(refused);
    if (!read.success || refused) return;
    const { off, ...rest } = read.data;
    // At the level off, calls always ask, so `allow` is left out.
    onAdd(off === 'allow' ? rest : read.data);
    setPath('');
  }

  return (
    <form
      className="policy-add"
      aria-label={words.title}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <div className="field">
        <label htmlFor={`${id}-tool`}>{words.tool}</label>
        <select id={`${id}-tool`} className="select" value={tool} onChange={(event) => setTool(event.target.value)}>
          {[...several, ...tools.map(({ name }) => name)].map((name) => (
            <option key={name} value={name}>
              {describeTools(name)}
            </option>
          ))}
        </select>
      </div>
      <Field
        label={words.paths}
        hint={words.pathsHint}
        placeholder={words.pathsPlaceholder}
        autoComplete="off"
        spellCheck={false}
        value={path}
        error={problem}
        onChange={(event) => setPath(event.target.value)}
      />
      <div className="field">
        <label htmlFor={`${id}-decision`}>{words.decision}</label>
        <select id={`${id}-decision`} className="select" value={decision} onChange={(event) => setDecision(event.target.value as Decision)}>
          {decisionSchema.options
            .filter((one) => !narrowing || one !== 'allow')
            .map((one) => (
              <option key={one} value={one}>
                {decisions[one].label}
              </option>
            ))}
        </select>
      </div>
      <Button type="submit" icon="plus">
        {words.add}
      </Button>
    </form>
  );
}
