/** What the palette finds: commands at once, and a moment later what its sources look up. */
import { useEffect, useMemo, useState } from 'react';
import { type Command, type CommandSource, findCommands, useAllCommands, useAllSources } from './commands.ts';

interface Looked {
  of: CommandSource;
  commands: readonly Command[];
}

/** @param mode the id of a source; undefined: everything */
export function useFound(query: string, mode: string | undefined) {
  const sources = useAllSources();
  const source = sources.find(({ id }) => id === mode);
  const commands = useAllCommands();
  const asked = useMemo(() => (source ? [source] : sources.filter(({ always }) => always)), [source, sources]);
  const [looked, setLooked] = useState<readonly Looked[]>([]);
  const [answered, setAnswered] = useState<{ query: string; asked: readonly CommandSource[] }>();

  useEffect(() => {
    const aborted = new AbortController();
    const text = query.trim();
    const wanted = asked.filter((each) => text !== '' || each === source);
    const look = async () => {
      const found = await Promise.all(
        // What cannot be looked up is not found; the next letter asks again.
        wanted.map(async (of) => ({ of, commands: await of.find(text, aborted.signal).catch(() => []) })),
      );
      if (aborted.signal.aborted) return;
      setLooked(found);
      setAnswered({ query, asked });
    };
    const timer = setTimeout(() => void look(), text === '' ? 0 : Math.max(0, ...wanted.map(({ pauseMs }) => pauseMs)));
    return () => {
      clearTimeout(timer);
      aborted.abort();
    };
  }, [query, asked, source]);

  // Until the next answer, the last one is shown.
  const lookedUp = looked.flatMap(({ of, commands: found }) => (asked.includes(of) ? found : []));
  const found = source ? lookedUp : [...findCommands(commands, query), ...lookedUp];
  return { found, source, sources, waiting: answered?.query !== query || answered.asked !== asked };
}
