import type { Price } from '#features/models/contract.ts';
import { Failure } from '#ui/primitives/note.tsx';
import { Scrolling } from '#ui/primitives/scrolling.tsx';
import { Tag } from '#ui/primitives/tag.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { formatTokens } from './format-model.ts';
import { useModels } from './queries.ts';
import { texts } from './texts/settings.ts';

const words = texts.overview;

/** The read-only view, for people who may not change models. */
export function ModelOverview({ organizationId }: { organizationId: string }) {
  const models = useModels(organizationId);
  if (models.isPending) return <Waiting what={texts.asking} />;
  if (models.isError) return <Failure error={models.error} onRetry={() => void models.refetch()} />;
  return (
    <div className="stack">
      <Scrolling label={words.label}>
        <table className="figures">
          <thead>
            <tr>
              <th scope="col">{words.model}</th>
              <th scope="col">{words.context}</th>
              <th scope="col">{words.price}</th>
            </tr>
          </thead>
          <tbody>
            {models.data.models.map((model) => (
              <tr key={model.id}>
                <th scope="row">
                  {model.name} <span className="model-provider">{model.provider}</span>
                  {model.default && <Tag>{words.default}</Tag>}
                </th>
                <td>{formatTokens(model.contextTokens)}</td>
                <td>{formatPrice(model.price)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolling>
      <p className="muted">{words.admins}</p>
    </div>
  );
}

const formatPrice = (price: Price | null): string => (price ? `$${price.input} / $${price.output}` : words.unknownPrice);
