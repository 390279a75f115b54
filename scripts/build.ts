/** `npm run build`: builds the client if its build is missing or out of date. */
import { buildClientIfOld } from '#app/build-client.ts';

const built = await buildClientIfOld();
process.stdout.write(built ? 'The client is built.\n' : 'The client is up to date.\n');
