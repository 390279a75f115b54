/** Prepares every statement in the project and compares PostgreSQL's description of it with its TypeScript types. */
import { pathToFileURL } from 'node:url';
import type pg from 'pg';
import { definedStatements } from '#kernel/database/statement.ts';
import { compare } from './compare.ts';
import { type DeclaredStatement, readDeclared } from './declared.ts';
import { createDescriber } from './described.ts';

/** @param client connected to a migrated database @returns problems, each with its location */
export async function checkStatements(client: pg.Client): Promise<string[]> {
  const { statements, positional } = readDeclared();
  const problems = positional.map((place) => `${place}: parameters by position; name them`);
  for (const file of new Set(statements.map(({ file }) => file)))
    await import(pathToFileURL(file).href).catch((error: Error) => problems.push(`${file}: ${error.message}`));
  const describe = await createDescriber(client);
  for (const [name, { text, names }] of definedStatements) {
    const declared = statements.find((statement) => matches(statement, name));
    if (!declared) problems.push(`${name} is defined where scripts/sql/declared.ts does not find it`);
    else {
      const found = await describe(text)
        .then((described) => compare({ names, text, declared, described }))
        .catch((error: Error) => [`PostgreSQL refuses it: ${error.message}`]);
      problems.push(...found.map((problem) => `${declared.place} ${name}: ${problem}`));
    }
  }
  const unmade = statements.filter((statement) => ![...definedStatements.keys()].some((name) => matches(statement, name)));
  return [...problems, ...unmade.map(({ place, name }) => `${place} ${name}: is not defined when its file is imported`)];
}

function matches({ name }: DeclaredStatement, defined: string): boolean {
  const [start = '', end] = name.split('*');
  return end === undefined ? name === defined : defined.startsWith(start) && defined.endsWith(end);
}
