/** Shows after 300 ms, see controls.css. */
export function Waiting({ what }: { what: string }) {
  return (
    <output className="waiting">
      <span className="spinner" />
      {what}
    </output>
  );
}
