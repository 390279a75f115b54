import { Icon } from '#ui/primitives/icon.tsx';
import { Scrolling } from '#ui/primitives/scrolling.tsx';
import { texts as rightTexts } from '#wire/right-texts.ts';
import { includes, type RightName, type RightOf, rights } from '#wire/rights.ts';
import { type Role, role as roles } from '#wire/role.ts';
import { texts as roleTexts } from './texts/roles.ts';
import { texts } from './texts/settings.ts';
import './roles.css';

const words = texts.rolesPage;

type Granted = RightOf<'organization' | 'project'>;

const rightsOf = (of: 'organization' | 'project'): readonly Granted[] =>
  (Object.keys(rights) as RightName[]).filter((name): name is Granted => rights[name].of === of);

const capitalize = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The table of rights, as the server enforces it. @param own marks the user's own role */
export function RolesTable({ own }: { own: Role }) {
  return (
    <>
      <dl className="role-summaries">
        {roles.options.map((role) => (
          <div key={role} className="role-summary" data-own={role === own ? '' : undefined}>
            <dt>
              {roleTexts.names[role]}
              {role === own && <span className="tag">{texts.members.you}</span>}
            </dt>
            <dd>{roleTexts.about[role]}</dd>
          </div>
        ))}
      </dl>
      <RightsTable title={words.inOrganization} of="organization" />
      <RightsTable title={words.inProjects} of="project" />
    </>
  );
}

function RightsTable({ title, of }: { title: string; of: 'organization' | 'project' }) {
  return (
    <section className="section" aria-labelledby={`rights-${of}`}>
      <h2 id={`rights-${of}`}>{title}</h2>
      <Scrolling label={words.table(title)}>
        <table className="rights">
          <thead>
            <tr>
              <th scope="col">{words.right}</th>
              {roles.options.map((role) => (
                <th key={role} scope="col">
                  {roleTexts.names[role]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rightsOf(of).map((name) => (
              <tr key={name}>
                <th scope="row">{capitalize(rightTexts[name])}</th>
                {roles.options.map((role) => (
                  <td key={role}>
                    {includes(role, name) ? <Icon name="check" label={words.yes} /> : <span className="visually-hidden">{words.no}</span>}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolling>
    </section>
  );
}
