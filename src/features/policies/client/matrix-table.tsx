import { DEFAULT_LEVEL_ROLES, type Decision, type Level, levels, type Policy } from '#features/policies/policy.ts';
import type { PolicyTool } from '#features/tools/contract.ts';
import { IconButton } from '#ui/primitives/button.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { markPath } from '#wire/hidden-characters.ts';
import { decisions, describeTools, levelWords } from './describe-policy.ts';
import { type Draft, keyOf, withDecision } from './draft.ts';
import { RoleSelect } from './limits.tsx';
import { type Cell, cellOf, type Edited, groupLines, type Line } from './matrix.ts';
import { texts } from './texts/form.ts';
import './matrix-table.css';

const words = texts.matrix;

interface PolicyMatrixProps {
  tools: readonly PolicyTool[];
  draft: Draft;
  /** The policy that saving the draft would store. */
  own: Policy;
  above: Policy | undefined;
  readOnly: boolean;
  onChange: (changes: Partial<Draft>) => void;
}

/** Rows are tools and the paths in them, columns are levels. On a phone the levels of a row are stacked below its name. */
export function PolicyMatrix({ tools, draft, own, above, readOnly, onChange }: PolicyMatrixProps) {
  const groups = groupLines(tools, [...(above?.rules ?? []), ...draft.rows]);
  const take = (line: Line) => onChange({ rows: draft.rows.filter((row) => keyOf(row) !== keyOf(line)) });
  return (
    <table className="policy-matrix">
      <caption className="visually-hidden">{words.caption}</caption>
      <thead>
        <tr>
          <td />
          {levels.map((level) => (
            <th key={level} scope="col">
              {levelWords[level].name}
              <span className="policy-level-note">{levelWords[level].says}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">{words.users}</th>
          {levels.map((level) => (
            <td key={level} data-label={levelWords[level].name}>
              <RoleSelect
                label={words.levelUsers(levelWords[level].name)}
                value={draft.levels[level]}
                otherwise={above?.levels[level] ?? DEFAULT_LEVEL_ROLES[level]}
                above={above !== undefined}
                disabled={readOnly}
                onChange={(role) => onChange({ levels: { ...draft.levels, [level]: role } })}
              />
            </td>
          ))}
        </tr>
      </tbody>
      {groups.map(({ title, lines }) => (
        <tbody key={title}>
          <tr className="policy-group">
            <th scope="rowgroup" colSpan={4}>
              {title}
            </th>
          </tr>
          {lines.map((line) => (
            <MatrixRow
              key={keyOf(line)}
              line={line}
              edited={{ own, above }}
              readOnly={readOnly}
              onDecide={(level, decision) => onChange({ rows: withDecision(draft.rows, line, level, decision) })}
              onTake={draft.rows.some((row) => keyOf(row) === keyOf(line)) ? () => take(line) : undefined}
            />
          ))}
        </tbody>
      ))}
    </table>
  );
}

interface MatrixRowProps {
  line: Line;
  edited: Edited;
  readOnly: boolean;
  onDecide: (level: Level, decision: Decision | undefined) => void;
  /** Removes the row from the edited policy; undefined if the policy does not have it. */
  onTake: (() => void) | undefined;
}

function MatrixRow({ line, edited, readOnly, onDecide, onTake }: MatrixRowProps) {
  const { tool, path, known } = line;
  const name = path === null ? describeTools(tool) : words.target(describeTools(tool), markPath(path));
  const isRule = path !== null || known === undefined;
  return (
    <tr data-rule={isRule || undefined}>
      <th scope="row">
        <span className="policy-target" title={known?.description}>
          {isRule && <Icon name="chevron" />}
          <LineName line={line} />
          {isRule && !readOnly && onTake && <IconButton size="small" icon="trash" label={words.remove(name)} onClick={onTake} />}
        </span>
      </th>
      {levels.map((level) => (
        <td key={level} data-label={levelWords[level].name}>
          <DecisionSelect
            label={words.cell(name, levelWords[level].name)}
            cell={cellOf(edited, line, level)}
            disabled={readOnly}
            onChange={(decision) => onDecide(level, decision)}
          />
        </td>
      ))}
    </tr>
  );
}

function LineName({ line: { tool, path, known } }: { line: Line }) {
  // Below the row of its tool, the path is enough; a screen reader announces both.
  if (known)
    return path === null ? (
      <code>{tool}</code>
    ) : (
      <span>
        <span className="visually-hidden">{words.toolBeforePath(tool)}</span>
        <code>{markPath(path)}</code>
      </span>
    );
  return <span>{path === null ? describeTools(tool) : words.targetWithPath(describeTools(tool), <code>{markPath(path)}</code>)}</span>;
}

interface DecisionSelectProps {
  label: string;
  cell: Cell;
  disabled: boolean;
  onChange: (decision: Decision | undefined) => void;
}

function DecisionSelect({ label, cell: { said, otherwise, idle, offered }, disabled, onChange }: DecisionSelectProps) {
  const holds = idle ? otherwise?.decision : (said ?? otherwise?.decision);
  return (
    <span className="policy-cell" data-decision={holds} data-said={said !== undefined || undefined}>
      {holds ? <Icon name={decisions[holds].icon} /> : <span />}
      <select
        aria-label={label}
        value={said ?? ''}
        disabled={disabled}
        onChange={(event) => onChange((event.target.value || undefined) as Decision | undefined)}
      >
        <option value="">{otherwise ? words.withWhy(decisions[otherwise.decision].label, otherwise.why) : words.noRule}</option>
        {offered.map((one) => (
          <option key={one} value={one}>
            {idle && one === said ? words.noEffect(decisions[one].label) : decisions[one].label}
          </option>
        ))}
      </select>
    </span>
  );
}
