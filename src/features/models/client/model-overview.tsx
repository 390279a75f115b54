import { Failure } from '#ui/primitives/note.tsx';
import { Scrolling } from '#ui/primitives/scrolling.tsx';
import { Tag } from '#ui/primitives/tag.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { formatPrice, formatTokens } from './format-model.ts';
import { useModels } from './queries.ts';

/** The read-only view, for people who may not change models. */
export function ModelOverview({ organizationId }: { organizationId: string }) {
  const models = useModels(organizationId);
  if (models.isPending) return <Waiting what="Asking the providers" />;
  if (models.isError) return <Failure error={models.error} onRetry={() => void models.refetch()} />;
  return (
    <div className="stack">
      <Scrolling label="Allowed models">
        <table className="figures">
          <thead>
            <tr>
              <th scope="col">Model</th>
              <th scope="col">Context</th>
              <th scope="col">Price in / out</th>
            </tr>
          </thead>
          <tbody>
            {models.data.models.map((model) => (
              <tr key={model.id}>
                <th scope="row">
                  {model.name} <span className="model-provider">{model.provider}</span>
                  {model.default && <Tag>Default</Tag>}
                </th>
                <td>{formatTokens(model.contextTokens)}</td>
                <td>{formatPrice(model.price)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolling>
      <p className="muted">Admins of your organization choose which models are allowed, and tell what they cost.</p>
    </div>
  );
}
