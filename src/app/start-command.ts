/** What `npm start` runs, for whoever starts servers of their own: the same program, with the same settings of V8. */
import { fileURLToPath } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };

export const program = fileURLToPath(new URL('./start.js', import.meta.url));
/** A young generation that begins at 4 MB: at V8's 1 MB, garbage was collected so often that it took a tenth of a request. */
export const nodeFlags = packageJson.scripts.start.split(' ').filter((word) => word.startsWith('--'));
