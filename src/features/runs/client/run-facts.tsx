import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import type { Run } from '#features/runs/contract.ts';
import type { StepTurn } from '#features/runs/conversation.ts';
import type { Amounts } from '#features/runs/spending.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { formatCost, formatElapsed } from './figures.ts';
import { InstructionsFact } from './instructions-fact.tsx';
import { levelLabel } from './level-select.tsx';

export interface RunFactsProps {
  run: Run;
  spent: Amounts;
  readAt: number;
  atWork: boolean;
  /** The version of AGENTS.md that the newest step was given; null: none was given, though a file exists; undefined: unknown. */
  instructions: StepTurn['instructions'];
}

export function RunFacts({ run, spent, readAt, atWork, instructions }: RunFactsProps) {
  const { model, agent, level, origin } = run;
  const tokens = spent.inputTokens + spent.outputTokens;
  return (
    <dl className="run-numbers">
      {origin.kind !== 'person' && <Origin origin={origin} />}
      {agent && <Fact name="Agent" value={`${agent.name}, version ${agent.version}`} />}
      <Fact name="Model" value={model} />
      <Fact name="Level" value={levelLabel(level)} />
      {instructions !== undefined && <InstructionsFact run={run} given={instructions} />}
      <Fact name="Steps" value={`${formatNumber(spent.steps)} ${spent.steps === 1 ? 'step' : 'steps'}`} />
      <Fact
        name="Tokens"
        value={`${formatNumber(tokens)} tokens`}
        title={`${formatNumber(spent.inputTokens)} to the model, ${formatNumber(spent.outputTokens)} from it`}
      />
      {spent.steps > 0 && <Fact name="Cost" value={formatCost(spent)} />}
      <div title="Time at work">
        <dt className="visually-hidden">Time at work</dt>
        <dd className="numeric">
          <Elapsed ms={spent.ms} since={atWork ? readAt : undefined} />
        </dd>
      </div>
    </dl>
  );
}

/** Shows that nobody has just written the first message, which appears under the name of the person the run works for. */
function Origin({ origin: { kind, id, name } }: { origin: Run['origin'] }) {
  return (
    <div title={`Started by a ${kind}`}>
      <dt className="visually-hidden">Started by</dt>
      <dd>
        {kind === 'schedule' ? 'Schedule' : 'Trigger'} <Link href={`/${kind}s/${id}`}>{name}</Link>
      </dd>
    </div>
  );
}

function Fact({ name, value, title = name }: { name: string; value: string; title?: string }) {
  return (
    <div title={title}>
      <dt className="visually-hidden">{name}</dt>
      <dd className="numeric">{value}</dd>
    </div>
  );
}

/** @param since when `ms` was accurate, while time is running */
function Elapsed({ ms, since }: { ms: number; since: number | undefined }) {
  const [now, setNow] = useState(0);
  useEffect(() => {
    if (since === undefined) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [since]);
  return formatElapsed(ms + (since === undefined ? 0 : Math.max(0, now - since)));
}
