import { useId } from 'react';
import type { Trigger } from '#features/triggers/contract.ts';
import { curlExample } from '#features/triggers/webhook-example.ts';
import { Button } from '#ui/primitives/button.tsx';
import { CopyButton } from '#ui/primitives/copy-button.tsx';
import { texts } from './texts.ts';
import './triggers.css';

const words = texts.secret;

interface TriggerSecretProps {
  trigger: Trigger;
  secret: string;
  onDone: () => void;
}

/** The secret of a webhook, readable only now, and an example request. */
export function TriggerSecret({ trigger, secret, onDone }: TriggerSecretProps) {
  const id = useId();
  const example = curlExample(addressOf(trigger), secret);
  return (
    <section className="trigger-secret" aria-labelledby={id}>
      <h2 id={id}>{words.title}</h2>
      <p>{words.about}</p>
      <CopyRow label={words.secret} action={words.copySecret} text={secret} />
      <AddressRow trigger={trigger} />
      <div className="trigger-example">
        <div className="trigger-example-head">
          <h3>{words.example}</h3>
          <CopyButton label={words.copyExample} text={() => example} />
        </div>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable element must be reachable by keyboard */}
        <pre tabIndex={0}>{example}</pre>
        <p className="field-hint">{words.exampleAbout}</p>
      </div>
      <div>
        <Button kind="primary" onClick={onDone}>
          {words.done}
        </Button>
      </div>
    </section>
  );
}

/** Senders reach this Guildhall at the same origin as this browser. */
const addressOf = ({ webhook }: Trigger): string => location.origin + (webhook?.address ?? '');

export const AddressRow = ({ trigger }: { trigger: Trigger }) => (
  <CopyRow label={words.address} action={words.copyAddress} text={addressOf(trigger)} />
);

function CopyRow({ label, action, text }: { label: string; action: string; text: string }) {
  return (
    <dl className="trigger-copy">
      <dt>{label}</dt>
      <dd>
        <code>{text}</code>
        <CopyButton label={action} text={() => text} />
      </dd>
    </dl>
  );
}
