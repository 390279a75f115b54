import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { useLocation, useRoute } from 'wouter';
import type { User } from '#features/accounts/contract.ts';
import { isOperator } from '#features/accounts/operator.ts';
import { useInbox } from '#features/inbox/client/use-inbox.ts';
import { useNotificationSettings } from '#features/notifications/client/queries.ts';
import { useNotificationToasts } from '#features/notifications/client/use-notification-toasts.ts';
import { useHold } from '#ui/app/hold.ts';
import { useIsNarrow, useIsRoomy } from '#ui/app/media.ts';
import { onPaletteWanted } from '#ui/app/open-palette.ts';
import { BottomBar } from './bottom-bar.tsx';
import { useLayoutCommands } from './layout-commands.ts';
import { Sidebar } from './sidebar.tsx';
import { texts } from './texts.ts';
import type { Membership } from './use-current-organization.ts';
import './layout.css';

// Seen after a restore only, by operators only.
const HoldBanner = lazy(() => import('#features/backups/client/hold-banner.tsx'));
const loadPalette = () => import('#ui/app/palette.tsx');
const Palette = lazy(loadPalette);
const PRELOAD_MS = 1500;

interface LayoutProps {
  user: User;
  organization: Membership | undefined;
  children: ReactNode;
}

/** The layout around every page of a signed-in user. */
export function Layout({ user, organization, children }: LayoutProps) {
  const [finding, setFinding] = useState<{ mode: string | undefined }>();
  useLayoutCommands({ operator: isOperator(user), role: organization?.role });
  const waiting = useWaiting(user);
  const hold = useHold();
  const held = isOperator(user) ? hold : null;
  const narrow = useIsNarrow();
  const roomy = useIsRoomy();
  // The panes of a project need the width.
  const [inProject] = useRoute('/projects/:projectId');
  useEffect(() => {
    const find = (mode: string | undefined) => {
      if (!document.querySelector('dialog[open]')) setFinding({ mode });
    };
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
      event.preventDefault();
      find(undefined);
    };
    // Capture runs before the editor, which binds Ctrl+K itself on some systems.
    window.addEventListener('keydown', onKeyDown, { capture: true });
    const end = onPaletteWanted(find);
    // Before it is wanted, so that no key is lost while it loads.
    const timer = setTimeout(() => void loadPalette(), PRELOAD_MS);
    return () => {
      window.removeEventListener('keydown', onKeyDown, { capture: true });
      end();
      clearTimeout(timer);
    };
  }, []);
  const navigation = { user, organization, waiting, onFind: () => setFinding({ mode: undefined }) };
  return (
    <div className="layout" data-compact={!roomy || inProject ? '' : undefined} data-held={held ? '' : undefined}>
      <a className="skip-link visually-hidden" href="#main">
        {texts.skip}
      </a>
      {held && (
        <Suspense fallback={<div />}>
          <HoldBanner hold={held} />
        </Suspense>
      )}
      {!narrow && <Sidebar {...navigation} />}
      {children}
      {narrow && <BottomBar {...navigation} />}
      <Suspense fallback={null}>{finding && <Palette mode={finding.mode} onClose={() => setFinding(undefined)} />}</Suspense>
    </div>
  );
}

/** Announces new requests for approval. @returns how many wait */
function useWaiting(user: User): number {
  const [, navigate] = useLocation();
  const choices = useNotificationSettings().data?.choices;
  useNotificationToasts(navigate);
  return useInbox({
    userId: user.id,
    of: choices?.approval_asked.of ?? 'all',
    isShown: ({ runId }) => choices?.approval_asked.page === false || location.pathname === '/inbox' || location.search.includes(runId),
    onOpen: (approvalId) => navigate(`/inbox?approval=${approvalId}`),
  });
}
