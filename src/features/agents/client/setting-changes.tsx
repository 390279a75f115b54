import { useQuery } from '@tanstack/react-query';
import type { AgentSettings } from '#features/agents/contract.ts';
import { DiffView } from '#ui/primitives/diff-view.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { listChanges } from './describe-agent.ts';
import { texts } from './texts.ts';

const words = texts.versions;

/** The differences between two versions, side by side. */
export function SettingChanges({ before, after }: { before: AgentSettings; after: AgentSettings }) {
  const changes = listChanges(before, after);
  const rewritten = before.instructions !== after.instructions;
  return (
    <div className="setting-changes">
      {changes.length > 0 && (
        <dl>
          {changes.map(({ what, before: was, after: is }) => (
            <div key={what}>
              <dt>{what}</dt>
              <dd>
                <del>{was}</del> <ins>{is}</ins>
              </dd>
            </div>
          ))}
        </dl>
      )}
      {rewritten && <InstructionChanges before={before.instructions} after={after.instructions} />}
      {changes.length === 0 && !rewritten && <p className="muted">{words.same}</p>}
    </div>
  );
}

function InstructionChanges({ before, after }: { before: string; after: string }) {
  const { data } = useQuery({
    queryKey: ['instruction-changes', before, after],
    queryFn: async () => {
      // Loaded as a separate chunk, since few people open old versions.
      const { createTwoFilesPatch } = await import('diff');
      const options = { context: 2, timeout: 1000 };
      return { diff: createTwoFilesPatch('', '', `${before}\n`, `${after}\n`, '', '', options) };
    },
    gcTime: 0,
  });
  if (!data) return <Waiting what={words.comparing} />;
  if (data.diff === undefined) return <p className="muted">{words.tooDifferent}</p>;
  return (
    <div>
      <p className="field-label">{texts.settings.instructions}</p>
      <DiffView diff={data.diff} />
    </div>
  );
}
