import { useState } from 'react';
import { Button } from '#ui/primitives/button.tsx';
import { DiffView } from '#ui/primitives/diff-view.tsx';
import { LongText } from '#ui/primitives/long-text.tsx';
import { markPath } from '#wire/hidden-characters.ts';
import { fieldsOf, textField } from './tool-call.ts';
import './readable-input.css';
import { texts } from './texts/input.ts';

interface ReadableInputProps {
  tool: string;
  /** As the model sent it; a text where that is no JSON, or not yet. */
  input: unknown;
  /** Its output is shown too: below a command, as in a terminal. */
  hasOutput?: boolean;
  onOpenFile: (path: string) => void;
}

/** What a tool is given, as a person would write it down; as JSON on demand. */
export function ReadableInput({ input, ...rest }: ReadableInputProps) {
  const [raw, setRaw] = useState(false);
  return (
    <div className="tool-input">
      {raw ? <LongText label={texts.input} text={toJson(input)} /> : <Fields input={input} {...rest} />}
      <Button kind="quiet" size="small" aria-pressed={raw} onClick={() => setRaw(!raw)}>
        {texts.rawInput}
      </Button>
    </div>
  );
}

function toJson(input: unknown): string {
  if (typeof input === 'string') return input;
  try {
    return JSON.stringify(input, null, 2) ?? '';
  } catch {
    // It calls itself for each bracket, and a model may write any number of them.
    return texts.tooDeep;
  }
}

function Fields({ tool, input, hasOutput = false, onOpenFile }: ReadableInputProps) {
  const fields = fieldsOf(input);
  if (tool === 'bash' && hasOutput && textField(input, 'command') !== undefined) return null;
  if (fields.length === 0 && typeof input !== 'object') return <LongText label={texts.input} text={toJson(input)} />;
  const [old, now] = [textField(input, 'old'), textField(input, 'new')];
  const isEdit = tool === 'edit_file' && old !== undefined && now !== undefined;
  const shown = isEdit ? fields.filter(([key]) => key !== 'old' && key !== 'new') : sortFields(fields);
  if (shown.length === 0 && !isEdit) return <p className="muted">{texts.noInput}</p>;
  return (
    <>
      <dl className="tool-fields">
        {shown.map(([key, value]) => (
          <div key={key}>
            <dt>{key}</dt>
            <dd>
              {key === 'path' && typeof value === 'string' ? (
                <button type="button" className="link" onClick={() => onOpenFile(value)}>
                  {markPath(value)}
                </button>
              ) : (
                <FieldValue name={key} value={value} />
              )}
            </dd>
          </div>
        ))}
      </dl>
      {isEdit && <DiffView diff={replacement(old, now)} />}
    </>
  );
}

/** The database orders fields by the length of their names; people look for the subject first. */
const sortFields = (fields: [string, unknown][]) => fields.toSorted(([a], [b]) => rank(a) - rank(b));
const rank = (key: string): number => Number(!['path', 'from', 'url', 'command'].includes(key));

function FieldValue({ name, value }: { name: string; value: unknown }) {
  const text = typeof value === 'string' ? value : toJson(value);
  return text.length > 120 || text.includes('\n') ? <LongText label={name} text={text} /> : <code>{text}</code>;
}

/** What is replaced, as a diff: where in the file it stands, the input does not say. */
function replacement(old: string, now: string): string {
  const [before, after] = [old.split('\n'), now.split('\n')];
  const lines = [...before.map((line) => `-${line}`), ...after.map((line) => `+${line}`)];
  return [`@@ -1,${before.length} +1,${after.length} @@`, ...lines].join('\n');
}
