/** Reads what TypeScript believes about the project's statements from its type checker, and finds SQL with positional parameters. */
import { relative } from 'node:path';
import type { Node } from 'typescript/unstable/ast';
import {
  isCallExpression,
  isIdentifier,
  isNoSubstitutionTemplateLiteral,
  isStringLiteral,
  isTemplateExpression,
} from 'typescript/unstable/ast/is';
import { API, type Checker, type Program, type Type, TypeFlags, type TypeReference } from 'typescript/unstable/sync';

/** A type, as far as PostgreSQL can contradict it. */
export interface DeclaredValue {
  /** `string`, `number`, `boolean`, `Buffer`, `Date`, `object`, `unknown`, or one of these with `[]`. */
  kinds: string[];
  nullable: boolean;
  /** All values, for a union of string literals. */
  literals?: string[];
}

export interface DeclaredStatement {
  /** Its name; `*` where a template has a placeholder. */
  name: string;
  /** A location: `src/…/queries.ts:12` */
  place: string;
  file: string;
  /** Undefined if the rows are not read. */
  row: Record<string, DeclaredValue> | undefined;
  values: Record<string, DeclaredValue>;
}

export interface Declared {
  statements: DeclaredStatement[];
  /** Locations of SQL with $1, $2, … */
  positional: string[];
}

/** Reads the types of all statements in `src` except those in tests. @param folder contains the `tsconfig.json` */
export function readDeclared(folder = process.cwd()): Declared {
  const api = new API({ cwd: folder });
  try {
    const [project] = api.updateSnapshot({ openProjects: ['tsconfig.json'] }).getProjects();
    if (!project) throw new Error(`TypeScript finds no tsconfig.json in ${folder}.`);
    return readProgram(folder, project.program, project.checker);
  } finally {
    api.close();
  }
}

function readProgram(folder: string, program: Program, checker: Checker): Declared {
  const found: Declared = { statements: [], positional: [] };
  for (const path of program.getSourceFileNames()) {
    const file = relative(folder, path);
    if (!file.startsWith('src/') || /\.test\.tsx?$|\/tests\//.test(file)) continue;
    const source = program.getSourceFile(path);
    if (!source || !/\bstatement[<(]|\$\d/.test(source.text)) continue;
    const visit = (node: Node): void => {
      const place = () => `${file}:${source.text.slice(0, node.getStart()).split('\n').length}`;
      if (isPositionalSql(node)) found.positional.push(place());
      const statement = readStatement(checker, node);
      if (statement) found.statements.push({ ...statement, file, place: place() });
      node.forEachChild(visit);
    };
    visit(source);
  }
  return found;
}

function isPositionalSql(node: Node): boolean {
  if (!isStringLiteral(node) && !isNoSubstitutionTemplateLiteral(node) && !isTemplateExpression(node)) return false;
  const text = node.getText();
  return /\$\d/.test(text) && /\b(?:select|insert into|update|delete from|where|values)\b/.test(text);
}

function readStatement(checker: Checker, node: Node): Pick<DeclaredStatement, 'name' | 'row' | 'values'> | undefined {
  if (!isCallExpression(node) || !isIdentifier(node.expression) || node.expression.text !== 'statement') return undefined;
  const [row, values] = node.typeArguments ?? [];
  const [name] = node.arguments;
  const rowType = row && checker.getTypeFromTypeNode(row);
  const valuesType = values && checker.getTypeFromTypeNode(values);
  return {
    name:
      name
        ?.getText()
        .replace(/^['`]|['`]$/g, '')
        .replace(/\$\{.*\}/, '*') ?? '',
    row: rowType && !(rowType.flags & TypeFlags.Never) ? readProperties(checker, rowType) : undefined,
    values: valuesType ? readProperties(checker, valuesType) : {},
  };
}

function readProperties(checker: Checker, type: Type): Record<string, DeclaredValue> {
  const properties = checker.getPropertiesOfType(type);
  const types = checker.getTypeOfSymbol(properties);
  return Object.fromEntries(properties.map(({ name }, index) => [name, readValue(checker, types[index])]));
}

function readValue(checker: Checker, type: Type | undefined): DeclaredValue {
  const members = type?.isUnionType() ? type.getTypes() : type ? [type] : [];
  const present = members.filter(({ flags }) => !(flags & (TypeFlags.Null | TypeFlags.Undefined)));
  const kinds = [...new Set(present.map((member) => kindOf(checker, member)))].sort();
  const literals = present.flatMap((member) => (member.isStringLiteralType() ? [member.value] : []));
  const isUnionOfTexts = literals.length > 0 && literals.length === present.length;
  return {
    kinds,
    nullable: members.some(({ flags }) => (flags & TypeFlags.Null) !== 0),
    ...(isUnionOfTexts && { literals: literals.sort() }),
  };
}

function kindOf(checker: Checker, type: Type): string {
  if (type.flags & TypeFlags.StringLike) return 'string';
  if (type.flags & TypeFlags.NumberLike) return 'number';
  if (type.flags & TypeFlags.BooleanLike) return 'boolean';
  if (checker.isArrayType(type)) {
    const [element] = checker.getTypeArguments(type as TypeReference);
    return `${readValue(checker, element).kinds.join('|')}[]`;
  }
  const name = type.getSymbol()?.name;
  if (name === 'Buffer' || name === 'Uint8Array') return 'Buffer';
  if (name === 'Date') return name;
  return type.isObjectType() || type.isIntersectionType() ? 'object' : 'unknown';
}
