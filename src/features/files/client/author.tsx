import { Icon } from '#ui/primitives/icon.tsx';

/** Who did it. An agent is told by its mark, the word and its ink, never by colour alone. */
export function Author({ kind, name }: { kind: 'person' | 'run'; name: string }) {
  if (kind === 'person') {
    return (
      <span className="author">
        <Icon name="person" />
        {name}
      </span>
    );
  }
  return (
    <span className="author by-agent">
      <Icon name="agent" />
      Agent for {name}
    </span>
  );
}
