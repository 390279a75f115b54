import { Link } from 'wouter';
import type { Hold } from '#ui/app/hold.ts';
import { Time } from '#ui/format/time.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { useConfirmRestore } from './queries.ts';
import { texts } from './texts.ts';
import './hold-banner.css';

const words = texts.hold;

/** Above every screen of an operator after a restore. */
export default function HoldBanner({ hold: { backupMadeAt, restoredAt } }: { hold: Hold }) {
  const confirm = useConfirmRestore();
  return (
    <aside className="hold-banner">
      <p>{words.restored(<Time at={backupMadeAt} />, <Time at={restoredAt} />)}</p>
      <Failure error={confirm.error} />
      <Link href="/monitor/backups">{words.list}</Link>
      <Button size="small" busy={confirm.isPending} onClick={() => confirm.mutate(undefined)}>
        {words.confirm}
      </Button>
    </aside>
  );
}
