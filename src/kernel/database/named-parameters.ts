/** Named parameters: `$organizationId` becomes PostgreSQL's `$1`. */

export interface NamedText {
  /** With $1, $2, … instead of names. */
  text: string;
  /** The names in numeric order, each once. */
  names: readonly string[];
}

const TOKEN = /\b[eu]&?'|'[^']*'|"[^"]*"|--.*|\/\*[\s\S]*?\*\/|\$[\w$]*|['"]|\/\*/gi;
const NAME = /^\$[a-z][a-zA-Z0-9]*$/;
const DOUBTFUL_IN_QUOTES = /\$\w/;

/**
 * @param sql with parameters as `$name`, in camelCase
 * @throws for ambiguous text: `$1`, `$$` and `$tag$`, `a$b`, an escape string, a name inside quotes or a comment
 */
export function compileNames(sql: string): NamedText {
  const numbers = new Map<string, number>();
  const text = sql.replace(TOKEN, (token, at: number) => {
    const first = token[0];
    if (first === "'" || first === '"' || first === '-' || first === '/') {
      if (token.length === 1 || token === '/*' || DOUBTFUL_IN_QUOTES.test(token)) refuse(sql, at);
      return token;
    }
    if (!NAME.test(token) || /\w/.test(sql[at - 1] ?? '')) refuse(sql, at);
    const name = token.slice(1);
    const number = numbers.get(name) ?? numbers.size + 1;
    numbers.set(name, number);
    return `$${number}`;
  });
  return { text, names: [...numbers.keys()] };
}

function refuse(sql: string, at: number): never {
  throw new Error(`not a parameter by name, or not surely one: ${sql.slice(at, at + 40)}`);
}

/**
 * For a connection outside the pool, or text composed at run time: `client.query(bind(text, values))`.
 * @throws as `compileNames`, and if a value is not used in the text or a name has no value
 */
export function bind(sql: string, values: Readonly<Record<string, unknown>>): { text: string; values: unknown[] } {
  const { text, names } = compileNames(sql);
  const missing = names.filter((name) => !(name in values));
  const unused = Object.keys(values).filter((name) => !names.includes(name));
  if (missing.length + unused.length > 0) throw new Error(`values and parameters differ in ${[...missing, ...unused].join(', ')}: ${sql}`);
  return { text, values: names.map((name) => values[name]) };
}
