import { texts } from './texts.ts';
import './skeleton.css';

/** The outlines of a screen while it loads; index.html contains the same markup, so it appears before any script has run. */
export function Skeleton() {
  return (
    <>
      <output className="visually-hidden">{texts.loading}</output>
      <div className="skeleton" aria-hidden="true">
        <div className="skeleton-sidebar">
          <i />
          <i />
          <i />
          <i />
          <i />
        </div>
        <div className="skeleton-page">
          <i />
          <i />
          <i />
        </div>
      </div>
    </>
  );
}
