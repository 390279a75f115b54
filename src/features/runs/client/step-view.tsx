import type { Part, StepTurn } from '#features/runs/conversation.ts';
import { Time } from '#ui/format/time.tsx';
import { CopyButton } from '#ui/primitives/copy-button.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { PlainText } from '#ui/primitives/plain-text.tsx';
import { Markdown } from './markdown/markdown.tsx';
import { texts } from './texts/conversation.ts';
import { useThrottled } from './throttled.ts';
import { ToolCard } from './tool-card.tsx';

const words = texts.step;

/** Minimum interval between parses of Markdown that is still growing, in ms. */
const READ_MS = 100;

interface StepViewProps {
  turn: StepTurn;
  first: boolean;
  live: boolean;
  newestChange: string | undefined;
}

export function StepView({ turn, first, live, newestChange }: StepViewProps) {
  const { parts, end, cut, model, at } = turn;
  const writing = live && !end && !cut;
  const last = parts.at(-1);
  return (
    <article className="turn turn-agent" data-first={first || undefined} data-cut={cut !== undefined || undefined}>
      {first && (
        <header className="turn-head">
          <span className="author by-agent">
            <Icon name="agent" />
            {words.agent}
          </span>
          <span className="truncate">{model}</span>
          <Time at={at} />
        </header>
      )}
      {parts.map((part, index) => (
        <PartView
          key={partKey(part, index)}
          part={part}
          live={live}
          writing={writing && index === parts.length - 1}
          newestChange={newestChange}
        />
      ))}
      {writing && parts.length === 0 && (
        <p className="turn-thinking">
          <span className="spinner" />
          {words.waiting}
        </p>
      )}
      {!live && !end && <p className="turn-cut">{words.cut}</p>}
      {!writing && last?.kind === 'text' && (
        <span className="step-tools">
          <CopyButton label={words.copy} text={() => last.text} />
        </span>
      )}
    </article>
  );
}

/** Parts are only appended, so an index identifies one. */
const partKey = (part: Part, index: number): string => (part.kind === 'tool' ? part.callId : `${part.kind}-${index}`);

interface PartViewProps {
  part: Part;
  live: boolean;
  /** It is still growing. */
  writing: boolean;
  newestChange: string | undefined;
}

function PartView({ part, live, writing, newestChange }: PartViewProps) {
  if (part.kind === 'tool') {
    const { change } = part.result ?? {};
    return <ToolCard part={part} live={live} isNewestChange={change !== undefined && change.id === newestChange} />;
  }
  if (part.kind === 'reasoning') {
    return (
      <details className="reasoning">
        <summary>
          <Icon name="chevron" />
          <Icon name="thought" />
          {words.reasoning}
          {writing && <span className="spinner" />}
        </summary>
        <PlainText text={part.text} />
      </details>
    );
  }
  return <Text text={part.text} writing={writing} />;
}

function Text({ text, writing }: { text: string; writing: boolean }) {
  const throttled = useThrottled(text, writing ? READ_MS : 0);
  return <Markdown text={writing ? throttled : text} />;
}
