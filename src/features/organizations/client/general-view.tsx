import { type FormEvent, useState } from 'react';
import type { Organization } from '#features/organizations/contract.ts';
import { explainRest, fieldError } from '#ui/format/explain.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Field } from '#ui/primitives/field.tsx';
import { Failure, Note } from '#ui/primitives/note.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { includes } from '#wire/rights.ts';
import { LeaveSection, OwnershipSection } from './ownership.tsx';
import { useChangeOrganization, useOrganizationSettings } from './queries.ts';
import { texts } from './texts/settings.ts';
import './general.css';

const words = texts.general;

/** The organization's name, its settings, and the ways in which it changes hands. */
export function GeneralView({ organizationId, userId }: { organizationId: string; userId: string }) {
  const { data, error, isPending, refetch } = useOrganizationSettings(organizationId);
  if (isPending) return <Waiting what={words.name} />;
  if (!data) return <Failure error={error} onRetry={() => void refetch()} />;
  const mayChange = includes(data.role, 'organization.change');
  return (
    <>
      {!mayChange && <Note>{words.readOnly(data.role)}</Note>}
      <NameSection organization={data} mayChange={mayChange} />
      <NewProjectsSection organization={data} mayChange={mayChange} />
      {includes(data.role, 'organization.transfer') && <OwnershipSection organization={data} userId={userId} />}
      <LeaveSection organization={data} />
    </>
  );
}

interface SectionProps {
  organization: Organization;
  mayChange: boolean;
}

function NameSection({ organization: { id, name: stored }, mayChange }: SectionProps) {
  const [name, setName] = useState(stored);
  const change = useChangeOrganization(id);
  const rest = explainRest(change.error, ['name']);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ name: name.trim() }, { onSuccess: () => showToast(words.renamed) });
  };
  return (
    <section className="section" aria-labelledby="organization-name">
      <h2 id="organization-name">{words.name}</h2>
      <p>{words.nameAbout}</p>
      <form className="stack general-form" noValidate onSubmit={submit}>
        {rest && <Note kind="danger">{rest}</Note>}
        <Field
          label={words.nameLabel}
          value={name}
          onChange={(event) => setName(event.target.value)}
          autoComplete="off"
          maxLength={100}
          readOnly={!mayChange}
          error={fieldError(change.error, 'name')}
        />
        {mayChange && (
          <div>
            <Button type="submit" kind="primary" busy={change.isPending} disabled={name.trim() === stored}>
              {words.save}
            </Button>
          </div>
        )}
      </form>
    </section>
  );
}

function NewProjectsSection({ organization: { id, newProjects }, mayChange }: SectionProps) {
  const change = useChangeOrganization(id);
  const chosen = change.isPending ? (change.variables.newProjects ?? newProjects) : newProjects;
  return (
    <section className="section" aria-labelledby="new-projects">
      <h2 id="new-projects">{words.projects}</h2>
      <p>{words.projectsAbout}</p>
      <Failure error={change.error} />
      <fieldset className="general-choice" disabled={!mayChange || change.isPending}>
        <legend className="visually-hidden">{words.projects}</legend>
        {(['organization', 'listed'] as const).map((each) => (
          <label key={each}>
            <input
              type="radio"
              name="newProjects"
              checked={chosen === each}
              onChange={() => change.mutate({ newProjects: each }, { onSuccess: () => showToast(words.projectsSaved) })}
            />
            {each === 'listed' ? words.listed : words.everyone}
          </label>
        ))}
      </fieldset>
    </section>
  );
}
