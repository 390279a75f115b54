import './key-figure.css';

interface KeyFigureProps {
  name: string;
  value: string;
  note: string;
  /** The share of the target's limit. */
  share?: number;
}

/** Inside a dl of the class key-figures. */
export function KeyFigure({ name, value, note, share }: KeyFigureProps) {
  return (
    <div className="key-figure">
      <dt>{name}</dt>
      <dd className="key-figure-value numeric">{value}</dd>
      <dd className="key-figure-note">
        {share !== undefined && <Meter share={share} />}
        {note}
      </dd>
    </div>
  );
}

/** Decoration: the figures next to it say the same. */
export function Meter({ share }: { share: number }) {
  const width = Math.min(1, Math.max(0, share)) * 100;
  return (
    <svg className="meter" data-full={share >= 1} width="100%" height="4" preserveAspectRatio="none" viewBox="0 0 100 4" aria-hidden="true">
      <rect className="meter-ground" width="100" height="4" />
      <rect className="meter-fill" width={width} height="4" />
    </svg>
  );
}
