import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import type { Run } from '#features/runs/contract.ts';
import type { StepTurn } from '#features/runs/conversation.ts';
import type { Amounts } from '#features/runs/spending.ts';
import { formatCost, formatElapsed } from './figures.ts';
import { InstructionsFact } from './instructions-fact.tsx';
import { levelLabel } from './level-select.tsx';
import { texts } from './texts/run.ts';

const words = texts.facts;

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
      {origin.kind !== 'person' && <Origin kind={origin.kind} id={origin.id} name={origin.name} />}
      {agent && <Fact name={words.agent} value={words.agentVersion(agent.name, agent.version)} />}
      <Fact name={words.model} value={model} />
      <Fact name={words.level} value={levelLabel(level)} />
      {instructions !== undefined && <InstructionsFact run={run} given={instructions} />}
      <Fact name={words.steps} value={words.stepCount(spent.steps)} />
      <Fact name={words.tokens} value={words.tokenCount(tokens)} title={words.tokenSides(spent.inputTokens, spent.outputTokens)} />
      {spent.steps > 0 && <Fact name={words.cost} value={formatCost(spent)} />}
      <div title={words.elapsed}>
        <dt className="visually-hidden">{words.elapsed}</dt>
        <dd className="numeric">
          <Elapsed ms={spent.ms} since={atWork ? readAt : undefined} />
        </dd>
      </div>
    </dl>
  );
}

/** Shows that nobody has just written the first message, which appears under the name of the person the run works for. */
function Origin({ kind, id, name }: Run['origin'] & { kind: 'schedule' | 'trigger' }) {
  return (
    <div title={words.startedByKind[kind]}>
      <dt className="visually-hidden">{words.startedBy}</dt>
      <dd>{words.origin[kind](<Link href={`/${kind}s/${id}`}>{name}</Link>)}</dd>
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
