import { useId } from 'react';
import type { Trigger } from '#features/triggers/contract.ts';
import { curlExample } from '#features/triggers/webhook-example.ts';
import { Button } from '#ui/primitives/button.tsx';
import { CopyButton } from '#ui/primitives/copy-button.tsx';
import './triggers.css';

interface TriggerSecretProps {
  trigger: Trigger;
  secret: string;
  onDone: () => void;
}

/** The secret of a webhook, readable only now, and an example request. */
export function TriggerSecret({ trigger, secret, onDone }: TriggerSecretProps) {
  const id = useId();
  const url = addressOf(trigger);
  const example = curlExample(url, secret);
  return (
    <section className="trigger-secret" aria-labelledby={id}>
      <h2 id={id}>Copy the secret now: it is not shown again</h2>
      <p>Anyone who has it can start this trigger’s runs. Keep it where the sender keeps its secrets.</p>
      <CopyRow label="Secret" text={secret} />
      <CopyRow label="Address" text={url} />
      <div className="trigger-example">
        <div className="trigger-example-head">
          <h3>Try it in a shell</h3>
          <CopyButton label="Copy the example" text={() => example} />
        </div>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable element must be reachable by keyboard */}
        <pre tabIndex={0}>{example}</pre>
        <p className="field-hint">
          Signed by Standard Webhooks, for which most languages have a library. This text holds the secret too: do not paste it where others
          read.
        </p>
      </div>
      <div>
        <Button kind="primary" onClick={onDone}>
          I have copied it
        </Button>
      </div>
    </section>
  );
}

/** Senders reach this Guildhall at the same origin as this browser. */
export const addressOf = ({ webhook }: Trigger): string => location.origin + (webhook?.address ?? '');

export function CopyRow({ label, text }: { label: string; text: string }) {
  return (
    <dl className="trigger-copy">
      <dt>{label}</dt>
      <dd>
        <code>{text}</code>
        <CopyButton label={`Copy the ${label.toLowerCase()}`} text={() => text} />
      </dd>
    </dl>
  );
}
