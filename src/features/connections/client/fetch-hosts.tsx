import { useId, useState } from 'react';
import { explain } from '#ui/format/explain.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { ProblemError } from '#wire/call.ts';
import { useChangeFetchHosts, useFetchHosts } from './queries.ts';
import { texts } from './texts.ts';

const words = texts.hosts;

export function FetchHosts({ organizationId, mayChange }: { organizationId: string; mayChange: boolean }) {
  const hosts = useFetchHosts(organizationId);
  if (hosts.isPending) return <Waiting what={words.loading} />;
  if (hosts.isError) return <Failure error={hosts.error} onRetry={() => void hosts.refetch()} />;
  if (mayChange) return <HostsForm key={hosts.data.join('\n')} organizationId={organizationId} hosts={hosts.data} />;
  if (hosts.data.length === 0) return <p className="muted">{words.none}</p>;
  return (
    <ul className="hosts">
      {hosts.data.map((host) => (
        <li key={host}>
          <code>{host}</code>
        </li>
      ))}
    </ul>
  );
}

const linesOf = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

function HostsForm({ organizationId, hosts }: { organizationId: string; hosts: readonly string[] }) {
  const id = useId();
  const [text, setText] = useState(hosts.join('\n'));
  const change = useChangeFetchHosts(organizationId);
  const wanted = linesOf(text);
  const changed = wanted.join('\n') !== hosts.join('\n');
  const problems = problemsOf(change.error, change.variables ?? []);
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (changed && !change.isPending) change.mutate(wanted, { onSuccess: () => showToast(words.saved) });
      }}
    >
      <div className="field">
        <label htmlFor={id}>{words.label}</label>
        <textarea
          id={id}
          className="input hosts-input"
          rows={Math.min(12, Math.max(4, wanted.length + 1))}
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder={words.placeholder}
          spellCheck={false}
          autoCapitalize="none"
          aria-invalid={problems.length > 0 ? true : undefined}
          aria-describedby={problems.length > 0 ? `${id}-error` : `${id}-hint`}
        />
        <div id={`${id}-error`} role="alert">
          {problems.map((problem) => (
            <p key={problem} className="field-error">
              <Icon name="alert" />
              {problem}
            </p>
          ))}
        </div>
        <p id={`${id}-hint`} className="field-hint">
          {words.hint(<code>example.com</code>, <code>*.example.com</code>)}
        </p>
      </div>
      <div>
        <Button type="submit" kind="primary" busy={change.isPending} disabled={!changed}>
          {words.save}
        </Button>
      </div>
    </form>
  );
}

/** Quotes the invalid line, since the problem gives only its index. */
function problemsOf(error: unknown, sent: readonly string[]): string[] {
  if (!error) return [];
  const errors = error instanceof ProblemError ? (error.problem.errors ?? []) : [];
  const messages = errors.map(({ path, message }) => {
    const line = sent[Number(/^hosts\.(\d+)$/.exec(path)?.[1])];
    return line === undefined ? message : words.problem(line, message);
  });
  return messages.length > 0 ? [...new Set(messages)] : [explain(error)];
}
