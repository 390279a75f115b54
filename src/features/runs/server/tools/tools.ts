/** Guildhall’s own tools. */
import { availableParallelism } from 'node:os';
import type { Files } from '#features/files/server/files.ts';
import { createShell } from '../shell/shell.ts';
import { bashTool } from './bash.ts';
import { deleteFileTool } from './delete-file.ts';
import { diffTool } from './diff.ts';
import { editFileTool } from './edit-file.ts';
import { fetchPageTool, type Web } from './fetch-page.ts';
import { listFilesTool } from './list-files.ts';
import { moveFileTool } from './move-file.ts';
import { readFileTool } from './read-file.ts';
import { type ReadOutput, readOutputTool } from './read-output.ts';
import { searchFilesTool } from './search-files.ts';
import type { Tool } from './tool.ts';
import { writeFileTool } from './write-file.ts';

interface Needs {
  files: Files;
  readOutput: ReadOutput;
  connections?: Web;
  /** Commands of bash at the same time in this process. */
  commandsAtOnce?: number;
}

export const ownTools = ({ files, readOutput, connections, commandsAtOnce = availableParallelism() }: Needs): Tool[] => [
  listFilesTool(files),
  readFileTool(files),
  searchFilesTool(files),
  writeFileTool(files),
  editFileTool(files),
  moveFileTool(files),
  deleteFileTool(files),
  diffTool(files),
  bashTool(files, createShell({ atOnce: commandsAtOnce })),
  readOutputTool(readOutput),
  ...(connections ? [fetchPageTool(connections)] : []),
];
