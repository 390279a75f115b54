/** A hall with a stepped gable and an open door. */
export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="currentColor" aria-hidden="true">
      <path d="M2.500 21.500V12h3.250V8H9V4h6v4h3.250v4h3.250v9.500H15V17a3 3 0 0 0-6 0v4.500z" />
    </svg>
  );
}
