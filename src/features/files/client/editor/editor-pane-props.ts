import type { SearchRequest } from '../search/search-view.tsx';
import type { OpenFiles } from '../use-open-files.ts';
import type { View } from '../view.ts';

export interface EditorPaneProps {
  projectId: string;
  organizationId: string;
  files: OpenFiles;
  current: string | undefined;
  /** Shown in place of the file. */
  view: View | undefined;
  /** What to search for, from elsewhere. */
  search: SearchRequest | undefined;
  editable: boolean;
  onSelect: (path: string | undefined) => void;
  onView: (view: View | undefined) => void;
  onRun: (run: string) => void;
  onNew: () => void;
}
