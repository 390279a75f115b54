/** Guildhall’s own tools. */
import { availableParallelism } from 'node:os';
import type { Files } from '#features/files/server/files.ts';
import { bashTool } from './own/bash.ts';
import { deleteFileTool } from './own/delete-file.ts';
import { diffTool } from './own/diff.ts';
import { editFileTool } from './own/edit-file.ts';
import { fetchPageTool, type Web } from './own/fetch-page.ts';
import { listFilesTool } from './own/list-files.ts';
import { moveFileTool } from './own/move-file.ts';
import { readFileTool } from './own/read-file.ts';
import { type ReadOutput, readOutputTool } from './own/read-output.ts';
import { searchFilesTool } from './own/search-files.ts';
import { writeFileTool } from './own/write-file.ts';
import { createShell } from './shell/shell.ts';
import type { Tool } from './tool.ts';

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
