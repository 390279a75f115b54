import { Link } from 'wouter';
import { useModels } from './queries.ts';

/** Says that no language model is connected, while runs start with the built-in demo; and where to connect one. */
export function DemoHint({ organizationId }: { organizationId: string }) {
  const { data } = useModels(organizationId);
  const chosen = data?.models.find((model) => model.default) ?? data?.models[0];
  if (chosen?.id !== DEMO) return null;
  return (
    <p className="demo-hint muted">
      Answers come from a built-in demo, not from a language model. <Link href="/settings/models">Connect a model</Link>
    </p>
  );
}

const DEMO = 'practice';
