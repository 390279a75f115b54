/** Runs a command as an operator would, with nothing but the given environment. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * @param name of the command's file in src/app/commands
 * @returns a function that runs it with arguments and an environment
 */
export function commandNamed(name: string, defaults: () => Record<string, string>) {
  const program = fileURLToPath(new URL(`../../src/app/commands/${name}.ts`, import.meta.url));
  return (given: string[], env: Record<string, string> = {}, cwd = '/'): Promise<CommandResult> => {
    const all = { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '', ...defaults(), ...env };
    return new Promise((resolve) => {
      execFile(process.execPath, [program, ...given], { env: all, cwd }, (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr }),
      );
    });
  };
}
