import { useId } from 'react';
import { type Channel, type Choices, channel as channels, type Kind, kind as kinds } from '#features/notifications/contract.ts';
import { texts } from './texts/settings.ts';

interface ChoiceTableProps {
  choices: Choices;
  /** Only channels that can be delivered to can be chosen. */
  isReady: (channel: Channel) => boolean;
  onChange: (choices: Choices) => void;
}

/** Events in rows, channels in columns. */
export function ChoiceTable({ choices, isReady, onChange }: ChoiceTableProps) {
  return (
    <table className="notification-choices">
      <caption className="visually-hidden">{texts.table}</caption>
      <thead>
        <tr>
          <th scope="col">
            <span className="visually-hidden">{texts.when}</span>
          </th>
          {channels.options.map((channel) => (
            <th key={channel} scope="col">
              {texts.channels[channel]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {kinds.options.map((kind) => (
          <KindRow key={kind} kind={kind} choices={choices} isReady={isReady} onChange={onChange} />
        ))}
      </tbody>
    </table>
  );
}

function KindRow({ kind, choices, isReady, onChange }: ChoiceTableProps & { kind: Kind }) {
  const { name, hint } = texts.kinds[kind];
  return (
    <tr>
      <th scope="row">
        {name}
        <p className="field-hint">{hint}</p>
        {kind === 'approval_asked' && (
          <ScopeSelect
            label={texts.which(name)}
            value={choices.approval_asked.of}
            words={texts.scopes.approval_asked}
            onChange={(of) => onChange({ ...choices, approval_asked: { ...choices.approval_asked, of } })}
          />
        )}
        {kind === 'run_ended' && (
          <ScopeSelect
            label={texts.which(name)}
            value={choices.run_ended.of}
            words={texts.scopes.run_ended}
            onChange={(of) => onChange({ ...choices, run_ended: { ...choices.run_ended, of } })}
          />
        )}
      </th>
      {channels.options.map((channel) => (
        <td key={channel}>
          <label className="notification-choice">
            <input
              type="checkbox"
              checked={choices[kind][channel]}
              disabled={!isReady(channel) && !choices[kind][channel]}
              aria-label={texts.choice(name, texts.channels[channel])}
              onChange={(event) => onChange({ ...choices, [kind]: { ...choices[kind], [channel]: event.target.checked } })}
            />
          </label>
        </td>
      ))}
    </tr>
  );
}

interface ScopeSelectProps<Scope extends string> {
  label: string;
  value: Scope;
  words: Readonly<Record<Scope, string>>;
  onChange: (scope: Scope) => void;
}

function ScopeSelect<Scope extends string>({ label, value, words, onChange }: ScopeSelectProps<Scope>) {
  const id = useId();
  return (
    <>
      <label className="visually-hidden" htmlFor={id}>
        {label}
      </label>
      <select id={id} className="select" value={value} onChange={(event) => onChange(event.target.value as Scope)}>
        {(Object.entries(words) as [Scope, string][]).map(([scope, says]) => (
          <option key={scope} value={scope}>
            {says}
          </option>
        ))}
      </select>
    </>
  );
}
