/** Leaves out how zod describes its schemas as JSON Schema, which the server does for the API description: 5 kB of the first page. */
import type { Plugin } from 'vite';

export function withoutJsonSchema(): Plugin {
  return {
    name: 'guildhall:without-json-schema',
    apply: 'build',
    enforce: 'pre',
    transform(code, id) {
      if (!/\/zod\/v4\/core\/(?:json-schema-processors|to-json-schema)\.js$/.test(id)) return undefined;
      const names = [...code.matchAll(/^export (?:const|function) (\w+)/gm)].map(([, name]) => name);
      // Each schema is given its processor when it is made, and none is ever called.
      const exported = ['nothing as process', ...names.map((name) => `nothing as ${name}`)];
      return { code: `const nothing = () => {};\nexport { ${exported.join(', ')} };\n`, map: null };
    },
  };
}
