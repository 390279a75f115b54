/** `npm run lift-limits -- ada@example.com`: resets the limits of a person or an address, who can go on at once. */
import { liftLimits } from '#features/limits/server/limits.ts';
import { findDatabase, readSettings, runCommand, UsageError, withDatabase } from './command.ts';

const HELP = `npm run lift-limits -- EMAIL|ADDRESS [--json]

Resets the limits of one person, by email address, or of one IP address, on all servers at once.

  --json  print only {"forgotten", "hasAccount"}: the number of counts that were reset
  --help  print this help

Uses DATABASE_URL, or the database of the server that is running here. Exits 0 if it worked, 1 if not, and 2 if the command is not
understood.`;

runCommand({
  help: HELP,
  options: {},
  async run({ positionals: [who, ...more] }) {
    if (!who || more.length > 0)
      throw new UsageError('Name one person by email address, or one IP address: npm run lift-limits -- ada@example.com');
    const url = await findDatabase(readSettings(), 'Limits do not outlive it.');
    const lifted = await withDatabase(url, (db) => liftLimits(db, who));
    const { forgotten, hasAccount } = lifted;
    const of = hasAccount || !who.includes('@') ? who : `${who}, which is no account here,`;
    const counts = forgotten === 1 ? '1 count was' : `${forgotten} counts were`;
    return { json: lifted, text: `The limits of ${of} are lifted on all servers: ${counts} forgotten.` };
  },
});
