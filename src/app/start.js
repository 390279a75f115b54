// JavaScript, so Node does not load its TypeScript support when everything is in its cache: startup takes a third less time and memory. The
// cache fills itself; if it cannot be written, the program starts without it.
import module from 'node:module';
import { fileURLToPath } from 'node:url';

// An older Node would end with an error about syntax.
if (process.features.typescript) {
  module.enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url)));
  await import('./main.ts');
} else {
  process.stderr.write(
    `Guildhall does not run on Node ${process.version}. Use npm start, or node_modules/.bin/node: npm ci installs the right Node.\n`,
  );
  process.exitCode = 1;
}
