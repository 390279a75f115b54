import { formatShare } from '../format.ts';
import { Meter } from '../key-figure.tsx';
import { texts } from '../texts/report.ts';
import type { Share } from './shares.ts';
import './share-list.css';

/** Bars of each resource's utilization, the highest first. */
export function ShareList({ shares }: { shares: readonly Share[] }) {
  if (shares.length === 0) return <p className="muted">{texts.usedUnseen}</p>;
  return (
    <ul className="share-list">
      {shares.map((each) => (
        <li key={each.name}>
          <span className="share-name">{each.name}</span>
          <span className="share-text numeric">{each.text}</span>
          <span className="share-value numeric">{formatShare(each.share)}</span>
          <Meter share={each.share} />
        </li>
      ))}
    </ul>
  );
}
