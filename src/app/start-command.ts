/** The command behind `npm start`, for code that starts its own servers: the same program with the same V8 settings. */
import { fileURLToPath } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };

export const program = fileURLToPath(new URL('./start.js', import.meta.url));
/** A young generation that starts at 4 MB: at V8's 1 MB, garbage collection took a tenth of each request. */
export const nodeFlags = packageJson.scripts.start.split(' ').filter((word) => word.startsWith('--'));
