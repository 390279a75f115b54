import { Link } from 'wouter';
import { useModels } from './queries.ts';
import { texts } from './texts/choice.ts';

/** A notice that no language model is connected and runs use the built-in demo model, with a link to connect one. */
export function DemoHint({ organizationId }: { organizationId: string }) {
  const { data } = useModels(organizationId);
  const chosen = data?.models.find((model) => model.default) ?? data?.models[0];
  if (chosen?.id !== DEMO) return null;
  return (
    <p className="demo-hint muted">
      {texts.demo} <Link href="/settings/models">{texts.connect}</Link>
    </p>
  );
}

const DEMO = 'practice';
