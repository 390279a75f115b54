import { kindsInWords } from '#features/models/kinds/words.ts';
import { atLeast, type Role } from '#wire/role.ts';
import { ModelOverview } from './model-overview.tsx';
import { ProviderList } from './provider-list.tsx';
import { SettingsForm } from './settings-form.tsx';
import { texts } from './texts/settings.ts';
import '#ui/primitives/figures.css';
import './models.css';

interface ModelsViewProps {
  organizationId: string;
  role: Role;
  /** The user runs this installation, and so may enter addresses in its own network. */
  isOperator: boolean;
}

/** The models an organization's runs may use: their providers, which are allowed, and their prices. */
export function ModelsView({ organizationId, role, isOperator }: ModelsViewProps) {
  const mayChange = atLeast(role, 'admin');
  return (
    <>
      <section className="section" aria-labelledby="model-providers">
        <h2 id="model-providers">{texts.providers.title}</h2>
        <p>{texts.providers.about(kindsInWords)}</p>
        {mayChange ? (
          <ProviderList organizationId={organizationId} isOperator={isOperator} />
        ) : (
          <p className="muted">{texts.providers.admins}</p>
        )}
      </section>
      <section className="section" aria-labelledby="models">
        <h2 id="models">{texts.models.title}</h2>
        <p>{texts.models.about}</p>
        {mayChange ? <SettingsForm organizationId={organizationId} /> : <ModelOverview organizationId={organizationId} />}
      </section>
    </>
  );
}
