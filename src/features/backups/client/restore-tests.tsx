import type { RestoreTest } from '#features/backups/contract.ts';
import { formatDuration, Time } from '#ui/format/time.tsx';
import { Note } from '#ui/primitives/note.tsx';
import { texts } from './texts.ts';

const words = texts.tests;

/** @param whyNot why there are no tests; null if there are */
export function RestoreTests({ test, whyNot }: { test: RestoreTest | null; whyNot: string | null }) {
  return (
    <section aria-labelledby="restore-tests">
      <h2 id="restore-tests">{words.title}</h2>
      <Outcome test={test} />
      {whyNot !== null && <p className="muted">{whyNot}</p>}
      {whyNot === null && test === null && <p className="muted">{words.none}</p>}
    </section>
  );
}

function Outcome({ test }: { test: RestoreTest | null }) {
  if (test === null) return null;
  const { backupName, testedAt, passed, seconds, failure } = test;
  const time = <Time at={testedAt} />;
  if (passed) return <p className="muted">{words.passed(backupName, time, formatDuration(seconds * 1000))}</p>;
  return <Note kind="warn">{words.failed(backupName, time, failure ?? '')}</Note>;
}
