import { useId } from 'react';
import { texts } from './texts/choice.ts';

interface ProjectSelectProps {
  projects: readonly { id: string; name: string }[];
  value: string | undefined;
  onChange: (projectId: string | undefined) => void;
}

/** Selects one project, or all. */
export function ProjectSelect({ projects, value, onChange }: ProjectSelectProps) {
  const id = useId();
  return (
    <>
      <label htmlFor={id} className="visually-hidden">
        {texts.label}
      </label>
      <select id={id} className="select" value={value ?? ''} onChange={(event) => onChange(event.target.value || undefined)}>
        <option value="">{texts.all}</option>
        {projects.map((project) => (
          <option key={project.id} value={project.id}>
            {project.name}
          </option>
        ))}
      </select>
    </>
  );
}
