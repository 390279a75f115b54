import { texts as rightTexts } from '#wire/right-texts.ts';
import { isSensitive, type RightName, rights } from '#wire/rights.ts';
import { texts } from './texts/settings.ts';
import './security.css';

const words = texts.security;

const facts = [
  { id: 'passwords', title: words.passwords, about: words.passwordsAbout },
  { id: 'lost', title: words.links, about: words.linksAbout },
  { id: 'sessions', title: words.sessions, about: words.sessionsAbout },
] as const;

const sensitive = (Object.keys(rights) as RightName[]).filter(isSensitive).map((name) => rightTexts[name]);

/** What is enforced for everyone here. */
export function SecurityView() {
  return (
    <>
      {facts.map(({ id, title, about }) => (
        <section key={id} className="section" aria-labelledby={id}>
          <h2 id={id}>{title}</h2>
          <p>{about}</p>
        </section>
      ))}
      <section className="section" aria-labelledby="confirmation">
        <h2 id="confirmation">{words.confirm}</h2>
        <p>{words.confirmAbout}</p>
        <ul className="sensitive">
          {sensitive.map((allows) => (
            <li key={allows}>{allows.charAt(0).toUpperCase() + allows.slice(1)}</li>
          ))}
        </ul>
      </section>
    </>
  );
}
