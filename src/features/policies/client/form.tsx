import { useState } from 'react';
import type { StoredPolicy } from '#features/policies/contract.ts';
import type { Policy } from '#features/policies/policy.ts';
import { listPolicyChanges, type PolicyChange } from '#features/policies/policy-changes.ts';
import type { PolicyTool } from '#features/tools/contract.ts';
import { actingUser } from '#ui/app/acting-user.ts';
import { useStored } from '#ui/app/stored.ts';
import { explain, hasCode } from '#ui/format/explain.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Note } from '#ui/primitives/note.tsx';
import { AddRule } from './add-rule.tsx';
import { type Draft, draftOf, policyOf, readEdited } from './draft.ts';
import { PolicyLimits } from './limits.tsx';
import { PolicyMatrix } from './matrix-table.tsx';
import { PolicyTester } from './tester.tsx';
import { texts } from './texts/form.ts';

const words = texts.save;

interface PolicyFormProps {
  /** Id of the organization or project; the draft is stored under it. */
  owner: string;
  stored: StoredPolicy;
  /** The organization's policy, when editing a project's. */
  above: Policy | undefined;
  tools: readonly PolicyTool[];
  readOnly: boolean;
  saving: { busy: boolean; error: unknown };
  /** @param onSaved discards the draft */
  onSave: (basedOn: number, policy: Policy, onSaved: () => void) => void;
}

export function PolicyForm({ owner, stored, above, tools, readOnly, saving, onSave }: PolicyFormProps) {
  const [edited, setEdited] = useStored(`policy:${actingUser()}:${owner}`, readEdited);
  const [restored, setRestored] = useState(edited !== undefined);
  const draft = edited?.draft ?? draftOf(stored.policy);
  const { policy, wrong } = policyOf(draft);
  const changes = edited ? listPolicyChanges(stored.policy, policy) : [];
  const isWrong = Object.keys(wrong).length > 0;
  const dirty = changes.length > 0 || isWrong;
  // Another person saved in the meantime; the draft stays.
  const conflict = dirty && edited !== undefined && edited.basedOn !== stored.version;
  const change = (some: Partial<Draft>) =>
    setEdited({ draft: { ...draft, ...some }, basedOn: dirty && edited ? edited.basedOn : stored.version });
  const discard = () => {
    setRestored(false);
    setEdited(undefined);
  };
  const policies = above ? { organization: above, project: policy } : { organization: policy, project: null };
  return (
    <div className="policy">
      <PolicyMatrix tools={tools} draft={draft} own={policy} above={above} readOnly={readOnly} onChange={change} />
      {!readOnly && (
        <AddRule tools={tools} rows={draft.rows} narrowing={above !== undefined} onAdd={(row) => change({ rows: [...draft.rows, row] })} />
      )}
      <PolicyLimits draft={draft} above={above} wrong={wrong} readOnly={readOnly} onChange={change} />
      <PolicyTester tools={tools} policies={policies} />
      {dirty && (
        <section className="policy-save" aria-label={words.label}>
          {conflict ? (
            <Note
              kind="warn"
              actions={
                <>
                  <Button size="small" onClick={() => setEdited({ draft, basedOn: stored.version })}>
                    {words.keepMine}
                  </Button>
                  <Button size="small" onClick={discard}>
                    {words.takeTheirs}
                  </Button>
                </>
              }
            >
              {stored.changedBy?.id === actingUser() ? words.changedInTab : words.changedMeanwhile(stored.changedBy?.name)}
            </Note>
          ) : (
            saving.error !== null && !hasCode(saving.error, 'changed_meanwhile') && <Note kind="danger">{explain(saving.error)}</Note>
          )}
          {restored && <p className="muted">{words.restored}</p>}
          <PolicyChanges changes={changes} />
          <div className="policy-save-actions">
            <Button
              kind="primary"
              busy={saving.busy}
              disabled={conflict || isWrong || changes.length === 0}
              onClick={() => onSave(stored.version, policy, discard)}
            >
              {words.action}
            </Button>
            <Button onClick={discard}>{words.discard}</Button>
            {isWrong && <span className="field-error">{words.wrong}</span>}
          </div>
        </section>
      )}
    </div>
  );
}

function PolicyChanges({ changes }: { changes: readonly PolicyChange[] }) {
  if (changes.length === 0) return null;
  return (
    <div className="policy-changes">
      <p className="field-label">{words.count(changes.length)}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable element must be reachable by keyboard */}
      <ul tabIndex={0} aria-label={words.changes}>
        {changes.map(({ what, before, after }) => (
          <li key={what}>
            <span>{what}:</span> <del>{before}</del> <ins>{after}</ins>
          </li>
        ))}
      </ul>
    </div>
  );
}
