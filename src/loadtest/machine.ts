/** Where a run was made: figures mean nothing without it. */
import { availableParallelism, cpus, totalmem } from 'node:os';

interface Machine {
  cores: number;
  processor: string;
  memoryGiB: number;
  node: string;
  system: string;
}

/** The machine of the generator; a server that the test starts itself runs there too. */
export function describeMachine(): Machine {
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim() || 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    system: `${process.platform} ${process.arch}`,
  };
}
