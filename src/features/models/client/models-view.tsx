import { kindsInWords } from '#features/models/kinds/kinds.ts';
import { atLeast, type Role } from '#wire/role.ts';
import { ModelOverview } from './model-overview.tsx';
import { ProviderList } from './provider-list.tsx';
import { SettingsForm } from './settings-form.tsx';
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
        <h2 id="model-providers">Providers</h2>
        <p>Who serves the models: {kindsInWords}, such as Ollama, vLLM or OpenRouter.</p>
        {mayChange ? (
          <ProviderList organizationId={organizationId} isOperator={isOperator} />
        ) : (
          <p className="muted">Admins of your organization add them.</p>
        )}
      </section>
      <section className="section" aria-labelledby="models">
        <h2 id="models">Models</h2>
        <p>Which ones runs may use, and what they cost: US$ per million tokens, as budgets and usage count it.</p>
        {mayChange ? <SettingsForm organizationId={organizationId} /> : <ModelOverview organizationId={organizationId} />}
      </section>
    </>
  );
}
