import { useId, useState } from 'react';
import type { Token } from '#features/tokens/contract.ts';
import { explainRest, fieldError } from '#ui/format/explain.ts';
import { Field } from '#ui/primitives/field.tsx';
import { FormDialog } from '#ui/primitives/form-dialog.tsx';
import { Note } from '#ui/primitives/note.tsx';
import type { Scope } from '#wire/rights.ts';
import { mayGrant } from '#wire/rights.ts';
import { type Role, role as roles } from '#wire/role.ts';
import { type Expiry, expiresAt, expiries } from './expiry.ts';
import { ProjectChoice } from './project-choice.tsx';
import { type TokenOwner, useCreateToken } from './queries.ts';
import { ScopeChoice } from './scope-choice.tsx';
import { texts } from './texts.ts';

const words = texts.dialog;

interface CreateTokenDialogProps {
  of: TokenOwner;
  /** The person's own role in the organization. */
  role: Role | undefined;
  projects: readonly { id: string; name: string }[] | undefined;
  onCreated: (created: { token: Token; secret: string }) => void;
  onClose: () => void;
}

export function CreateTokenDialog({ of, role: own, projects, onCreated, onClose }: CreateTokenDialogProps) {
  const create = useCreateToken(of);
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<readonly Scope[]>(['read']);
  const [chosen, setChosen] = useState<readonly string[] | null>(null);
  const [expiry, setExpiry] = useState<Expiry>(90);
  const [role, setRole] = useState<Role>('member');
  const ofOrganization = of.owner === 'organization';
  const submit = () => {
    const ends = expiresAt(expiry);
    create.mutate(
      {
        name,
        scopes: [...scopes],
        ...(chosen !== null && { projects: [...chosen] }),
        ...(ends !== undefined && { expiresAt: ends }),
        ...(ofOrganization && { role }),
      },
      { onSuccess: onCreated },
    );
  };
  const { error } = create;
  const rest = explainRest(error, ['name', 'scopes', 'projects', 'expiresAt', 'role']);
  return (
    <FormDialog
      title={ofOrganization ? words.titleOfOrganization : words.title}
      action={words.action}
      busy={create.isPending}
      long
      onSubmit={submit}
      onClose={onClose}
    >
      {rest && <Note kind="danger">{rest}</Note>}
      <Field
        label={words.name}
        autoComplete="off"
        value={name}
        onChange={(event) => setName(event.target.value)}
        hint={words.nameHint}
        error={fieldError(error, 'name')}
      />
      {ofOrganization && (
        <Choice
          label={words.role}
          hint={words.roleHint}
          value={role}
          options={roles.options.filter((each) => own !== undefined && mayGrant(own, each)).map((each) => [each, texts.roles[each]])}
          error={fieldError(error, 'role')}
          onChange={setRole}
        />
      )}
      <ScopeChoice value={scopes} limited={chosen !== null} error={fieldError(error, 'scopes')} onChange={setScopes} />
      <ProjectChoice projects={projects} value={chosen} error={fieldError(error, 'projects')} onChange={setChosen} />
      <Choice
        label={words.expiry}
        hint={words.expiryHint}
        value={expiry}
        options={expiries.map((each) => [each, texts.expiry[each]])}
        error={fieldError(error, 'expiresAt')}
        onChange={setExpiry}
      />
    </FormDialog>
  );
}

interface ChoiceProps<Value extends string | number> {
  label: string;
  hint: string;
  value: Value;
  options: readonly (readonly [Value, string])[];
  error: string | undefined;
  onChange: (value: Value) => void;
}

function Choice<Value extends string | number>({ label, hint, value, options, error, onChange }: ChoiceProps<Value>) {
  const id = useId();
  const choose = (chosen: string) => {
    const option = options.find(([each]) => String(each) === chosen);
    if (option) onChange(option[0]);
  };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} className="select" value={value} aria-describedby={`${id}-hint`} onChange={(event) => choose(event.target.value)}>
        {options.map(([each, says]) => (
          <option key={each} value={each}>
            {says}
          </option>
        ))}
      </select>
      <p id={`${id}-hint`} className={error ? 'field-error' : 'field-hint'}>
        {error ?? hint}
      </p>
    </div>
  );
}
