import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { readFile } from '#features/files/contract.ts';
import { INSTRUCTIONS_PATH } from '#features/files/instructions-file.ts';
import { getInstructions } from '#features/instructions/contract.ts';
import type { Run } from '#features/runs/contract.ts';
import type { StepTurn } from '#features/runs/conversation.ts';
import { call } from '#ui/app/call.ts';
import { Time } from '#ui/format/time.tsx';
import { urlOf } from '#wire/call.ts';
import { approvalsKey } from './approvals/approvals-key.ts';
import { texts } from './texts/run.ts';

const words = texts.instructions;

interface InstructionsFactProps {
  run: Run;
  /** Null: none was given, though a file exists. */
  given: NonNullable<StepTurn['instructions']> | null;
}

/** The version of AGENTS.md given to the run, and whether a newer version waits in the inbox. */
export function InstructionsFact({ run: { projectId, origin }, given }: InstructionsFactProps) {
  const { data } = useQuery({
    enabled: origin.kind !== 'person',
    // The same prefix as the inbox’s keys, so that the same events refresh it.
    queryKey: [...approvalsKey, 'instructions', projectId],
    queryFn: async ({ signal }) => (await call(getInstructions, { params: { projectId } }, { signal })).body,
  });
  const waits = data?.waits === true && data.newest?.number !== given?.number;
  const file = given && (
    <a
      href={urlOf(readFile, { params: { projectId }, query: { path: INSTRUCTIONS_PATH, at: given.number } })}
      target="_blank"
      rel="noreferrer"
    >
      {INSTRUCTIONS_PATH}
    </a>
  );
  return (
    <div title={words.about}>
      <dt className="visually-hidden">{words.title}</dt>
      <dd>
        {given
          ? (given.by.kind === 'run' ? words.byAgent : words.byPerson)(file, <Time at={given.at} />, given.by.name)
          : words.none(INSTRUCTIONS_PATH)}
        {waits && (
          <>
            {' · '}
            <Link href={`/inbox?instructions=${projectId}`}>{words.newer}</Link>
          </>
        )}
      </dd>
    </div>
  );
}
