import { Icon } from '#ui/primitives/icon.tsx';
import { texts } from './texts.ts';

/** The author of a change. Agents are marked by an icon, the word and the color of its text, never by color alone. */
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
      {texts.who.agent(name)}
    </span>
  );
}
