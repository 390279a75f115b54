import type { Part } from '#features/runs/conversation.ts';
import { Icon } from '#ui/icon.tsx';
import { sayDuration } from '#ui/time.tsx';
import './tool-card.css';

type ToolPart = Extract<Part, { kind: 'tool' }>;

interface ToolCardProps {
  part: ToolPart;
  /** Whether it can still get a result. */
  live: boolean;
  onOpenFile: (path: string) => void;
}

const MAX_LINKS = 5;

export function ToolCard({ part, live, onOpenFile }: ToolCardProps) {
  const { tool, input, result } = part;
  const state = result ? (result.ok ? 'ok' : 'failed') : live ? 'running' : 'open';
  const change = result?.change;
  return (
    <div className="tool" data-state={state}>
      <details>
        <summary>
          <Icon name="chevron" />
          <Icon name="tool" />
          <span className="tool-name">{tool.replaceAll('_', ' ')}</span>
          <span className="tool-input truncate">{summarise(input)}</span>
          <span className="tool-state">
            {state === 'running' && <span className="spinner" />}
            {state === 'failed' && <Icon name="alert" />}
            {state === 'ok' && <Icon name="check" />}
            {{ ok: 'Done', failed: 'Failed', running: 'Running', open: 'No result' }[state]}
            {result && <span className="numeric">{sayDuration(result.duration)}</span>}
          </span>
        </summary>
        <div className="tool-details">
          <p className="tool-part">Input</p>
          <pre>{typeof input === 'string' ? input : JSON.stringify(input, null, 2)}</pre>
          {result && (
            <>
              <p className="tool-part">{result.ok ? 'Output' : 'What went wrong'}</p>
              <pre>{result.output || 'Nothing.'}</pre>
            </>
          )}
        </div>
      </details>
      {result && !result.ok && <p className="tool-failure">{firstLine(result.output)}</p>}
      {change && (
        <p className="tool-changes">
          {change.paths.slice(0, MAX_LINKS).map((path) => (
            <button key={path} type="button" className="link" onClick={() => onOpenFile(path)}>
              changed {path}
            </button>
          ))}
          {change.paths.length > MAX_LINKS && <span className="muted">and {change.paths.length - MAX_LINKS} more</span>}
        </p>
      )}
    </div>
  );
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';

/** The one thing worth knowing of what a tool was asked. */
function summarise(input: unknown): string {
  if (typeof input === 'string') return firstLine(input);
  if (typeof input !== 'object' || input === null) return '';
  const values = new Map(Object.entries(input).filter(([, value]) => typeof value === 'string'));
  if (values.has('from') && values.has('to')) return `${values.get('from')} → ${values.get('to')}`;
  const key = ['path', 'query', 'pattern', 'glob', 'command', 'url'].find((each) => values.has(each)) ?? [...values.keys()][0];
  return firstLine(String((key && values.get(key)) ?? ''));
}
