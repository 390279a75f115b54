import { fileURLToPath } from 'node:url';

/** Where the built client is. */
export const clientDirectory = fileURLToPath(new URL('../../dist/client', import.meta.url));
