import * as z from 'zod';

/**
 * `none`: it only reads in the project. `web`: it reads outside, which tells others what it asks for. `project`: it changes
 * files, which can be undone. `outside`: it acts where nothing can be undone from here.
 */
export const toolEffect = z.enum(['none', 'web', 'project', 'outside']);
export type ToolEffect = z.infer<typeof toolEffect>;
