/** Shows beside each line who wrote it. Lines that are typed have no author until they are saved. */
import { type EditorState, type Extension, type RangeSet, RangeSetBuilder, StateField } from '@codemirror/state';
import { type EditorView, GutterMarker, gutter } from '@codemirror/view';
import type { BlameLine } from '#features/files/history-contract.ts';
import { formatAgo, formatExact } from '#ui/format/time.tsx';
import { describeAuthor } from '../who.ts';

class BlameMarker extends GutterMarker {
  readonly blame: BlameLine;
  /** It is the first of several lines of one change, which name it once. */
  readonly first: boolean;
  constructor(blame: BlameLine, first: boolean) {
    super();
    this.blame = blame;
    this.first = first;
  }
  override eq(other: BlameMarker): boolean {
    return other.blame.number === this.blame.number && other.first === this.first;
  }
  override toDOM(): HTMLElement {
    const element = document.createElement('span');
    element.classList.add('cm-blame-line');
    element.classList.toggle('by-agent', this.blame.run !== null);
    const who = describeAuthor(this.blame.by);
    const ago = formatAgo(this.blame.at);
    if (this.first) {
      element.append(Object.assign(document.createElement('span'), { textContent: who }));
      element.append(Object.assign(document.createElement('span'), { textContent: ago }));
    }
    element.title = `${who} · ${formatExact(this.blame.at)}`;
    return element;
  }
}

const spacer = new (class extends GutterMarker {
  override toDOM(): HTMLElement {
    return Object.assign(document.createElement('span'), { className: 'cm-blame-line' });
  }
})();

/** @param lines by line of the text; undefined for lines without an author */
export function blameGutter(lines: readonly (BlameLine | undefined)[]): {
  extension: Extension;
  /** The author of the line that the cursor is in. */
  at: (state: EditorState) => BlameLine | undefined;
} {
  const field = StateField.define<RangeSet<BlameMarker>>({
    create({ doc }) {
      const builder = new RangeSetBuilder<BlameMarker>();
      let before: number | undefined;
      for (let line = 1; line <= doc.lines; line++) {
        const blame = lines[line - 1];
        const { from } = doc.line(line);
        if (blame) builder.add(from, from, new BlameMarker(blame, blame.number !== before));
        before = blame?.number;
      }
      return builder.finish();
    },
    update: (markers, { changes, docChanged }) => (docChanged ? markers.map(changes) : markers),
  });
  const at = (state: EditorState): BlameLine | undefined => {
    const { from } = state.doc.lineAt(state.selection.main.head);
    let found: BlameLine | undefined;
    state.field(field, false)?.between(from, from, (_from, _to, marker) => {
      found = marker.blame;
      return false;
    });
    return found;
  };
  const extension = [
    field,
    gutter({
      class: 'cm-blame',
      markers: (view: EditorView) => view.state.field(field),
      initialSpacer: () => spacer,
      domEventHandlers: {
        click(view, block) {
          view.dispatch({ selection: { anchor: block.from } });
          view.focus();
          return true;
        },
      },
    }),
  ];
  return { extension, at };
}
