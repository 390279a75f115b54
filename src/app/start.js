// JavaScript, so Node does not load its TypeScript support when everything is in its cache: startup takes a third less time and memory. The
// cache fills itself; if it cannot be written, the program starts without it.
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url)));
await import('./main.ts');
