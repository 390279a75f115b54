/** The tools agents can use: Guildhall’s own, and those of an organization’s tool servers. */
import { availableParallelism } from 'node:os';
import type { Connections, Survey } from '#features/connections/server/connections.ts';
import type { Files } from '#features/files/server/files.ts';
import type { PolicyTool } from '../contract.ts';
import { missingTools, outsideTools } from './outside-tools.ts';
import { bashTool } from './own/bash.ts';
import { deleteFileTool } from './own/delete-file.ts';
import { diffTool } from './own/diff.ts';
import { editFileTool } from './own/edit-file.ts';
import { fetchPageTool, type Web } from './own/fetch-page.ts';
import { listFilesTool } from './own/list-files.ts';
import { moveFileTool } from './own/move-file.ts';
import { readFileTool } from './own/read-file.ts';
import { readOutputTool } from './own/read-output.ts';
import { searchFilesTool } from './own/search-files.ts';
import { writeFileTool } from './own/write-file.ts';
import { createShell } from './shell/shell.ts';
import type { Tool } from './tool.ts';

export type Tools = ReturnType<typeof createTools>;

interface Own {
  files: Files;
  web?: Web;
  /** Concurrent bash commands in this process. */
  maxConcurrentCommands?: number;
}

/** What runs of an organization may use, which tools are missing, and which tool servers do not respond. */
export interface Toolbox {
  tools: readonly Tool[];
  missing: Survey['missing'];
  unreachable: Survey['unreachable'];
}

/** Guildhall’s own tools. */
export const ownTools = ({ files, web, maxConcurrentCommands = availableParallelism() }: Own): Tool[] => [
  listFilesTool(files),
  readFileTool(files),
  searchFilesTool(files),
  writeFileTool(files),
  editFileTool(files),
  moveFileTool(files),
  deleteFileTool(files),
  diffTool(files),
  bashTool(files, createShell({ atOnce: maxConcurrentCommands })),
  readOutputTool,
  ...(web ? [fetchPageTool(web)] : []),
];

export function createTools({ files, connections }: { files: Files; connections: Connections }) {
  const own = ownTools({ files, web: connections });
  return {
    /** For listings: includes tools that are not offered at the moment. */
    async of(organizationId: string): Promise<PolicyTool[]> {
      const { tools, missing } = await connections.known(organizationId);
      return [...own, ...outsideTools(tools), ...missingTools(missing)].map(({ name, description, effect, server = null }) => ({
        name,
        description,
        effect,
        server,
      }));
    },

    /** For a run: the tools that can be called now. */
    async toolboxOf(organizationId: string): Promise<Toolbox> {
      const { tools, missing, unreachable } = await connections.availability(organizationId);
      return { tools: [...own, ...outsideTools(tools)], missing, unreachable };
    },
  };
}
