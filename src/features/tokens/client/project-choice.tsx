import { useId } from 'react';
import { texts } from './texts.ts';

const words = texts.dialog;

interface ProjectChoiceProps {
  projects: readonly { id: string; name: string }[] | undefined;
  /** Null: all projects. */
  value: readonly string[] | null;
  error: string | undefined;
  onChange: (projects: readonly string[] | null) => void;
}

export function ProjectChoice({ projects = [], value, error, onChange }: ProjectChoiceProps) {
  const name = useId();
  return (
    <fieldset className="token-group">
      <legend>{words.projects}</legend>
      <label className="token-option">
        <input type="radio" name={name} checked={value === null} onChange={() => onChange(null)} />
        <span>{words.all}</span>
      </label>
      <label className="token-option">
        <input type="radio" name={name} checked={value !== null} onChange={() => onChange([])} />
        <span>{words.selected}</span>
      </label>
      {value !== null && (
        <div className="token-projects">
          {projects.length === 0 && <p className="muted">{words.noProjects}</p>}
          {projects.map((project) => (
            <label key={project.id} className="token-option">
              <input
                type="checkbox"
                checked={value.includes(project.id)}
                onChange={(event) => onChange(event.target.checked ? [...value, project.id] : value.filter((each) => each !== project.id))}
              />
              <span>{project.name}</span>
            </label>
          ))}
        </div>
      )}
      {error && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}
