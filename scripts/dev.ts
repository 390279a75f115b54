/** `npm run dev`: the server, restarted when its files change, and Vite, which shows client changes immediately. */
import { spawn } from 'node:child_process';
import { createServer } from 'vite';

const port = process.env['PORT'] ?? '5000';
const server = spawn(
  process.execPath,
  ['--watch', '--watch-preserve-output', '--watch-kill-signal=SIGTERM', 'src/app/main.ts', '--without-client'],
  { stdio: 'inherit' },
);
process.env['GUILDHALL_SERVER'] = `http://127.0.0.1:${port}`;
const vite = await createServer({ configFile: 'vite.config.ts' });
await vite.listen();
vite.printUrls();

async function stop(): Promise<void> {
  await vite.close();
  if (server.exitCode !== null) process.exit(0);
  server.once('exit', () => process.exit(0));
  server.kill('SIGTERM');
}
process.on('SIGINT', () => void stop());
process.on('SIGTERM', () => void stop());
server.once('exit', (code) => process.exit(code ?? 0));
