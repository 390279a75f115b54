/** Icons of files by type, in the style of the other icons; here because only a project's page needs them. */
import { extensionOf } from '#features/files/path.ts';
import { nameOf } from '../text.ts';

const sheet = 'M4 1.750h5l3.250 3.250v9.250H4zM9 1.750V5h3.250';

const paths = {
  archive: 'M2.500 5.500h11v8h-11zM2 2.500h12v3H2zM6.500 8h3',
  code: 'm5.250 4.750-3.250 3.250 3.250 3.250M10.750 4.750 14 8l-3.250 3.250M9 3.500l-2 9',
  data: 'M6.250 2.500c-2 0-1.750 1.250-1.750 2.500S4.250 8 2.500 8c1.750 0 2 1.750 2 3s-.250 2.500 1.750 2.500M9.750 2.500c2 0 1.750 1.250 1.750 2.500S11.750 8 13.500 8c-1.750 0-2 1.750-2 3s.250 2.500-1.750 2.500',
  document: `${sheet}M6 8.250h4.250M6 10.750h4.250`,
  file: sheet,
  image: 'M2 3h12v10H2zM2 11l3.500-3.500 3 3 2-2L14 12M10.500 6h.010',
  lock: 'M3.500 7.250h9v6.250h-9zM5.500 7.250V5a2.500 2.500 0 0 1 5 0v2.250',
  media: 'M8 13.750a5.750 5.750 0 1 0 0-11.500 5.750 5.750 0 0 0 0 11.500M6.750 5.750v4.500L10.500 8z',
  settings:
    'M2.500 5h6M12.500 5h1M10.500 6.750a1.750 1.750 0 1 0 0-3.500 1.750 1.750 0 0 0 0 3.500M2.500 11h1M7.500 11h6M5.500 12.750a1.750 1.750 0 1 0 0-3.500 1.750 1.750 0 0 0 0 3.500',
  style: 'M6 2.500 4.500 13.500M11.500 2.500 10 13.500M3 6h10.500M2.500 10H13',
  table: 'M2.500 3h11v10h-11zM2.500 6.500h11M2.500 9.750h11M6.500 6.500V13',
  terminal: 'M2 2.750h12v10.500H2zM4.750 6l2 2-2 2M8.500 10.250h2.750',
  text: 'M3 4h10M3 8h10M3 12h6',
} as const;

type FileType = keyof typeof paths;

const extensions: Readonly<Record<FileType, string>> = {
  archive: 'zip gz tgz bz2 xz 7z rar tar zst jar',
  code: 'ts tsx js jsx mjs cjs mts cts py rb go rs java kt swift c h cc cpp hpp cs php html htm vue svelte sql lua pl scala dart ex exs hs xml wasm',
  data: 'json jsonc jsonl json5 ndjson geojson',
  document: 'pdf doc docx odt rtf ppt pptx odp',
  file: '',
  image: 'png jpg jpeg gif webp avif svg ico bmp tiff heic',
  lock: 'lock pem key crt cer p12',
  media: 'mp3 wav ogg flac m4a mp4 webm mov mkv avi',
  settings: 'yaml yml toml ini cfg conf env properties editorconfig gitignore gitattributes dockerignore',
  style: 'css scss sass less',
  table: 'csv tsv xls xlsx ods parquet',
  terminal: 'sh bash zsh fish bat cmd ps1',
  text: 'md mdx markdown txt rst adoc log tex',
};

const types = new Map<string, FileType>(
  Object.entries(extensions).flatMap(([type, list]) => list.split(' ').map((extension) => [extension, type as FileType] as const)),
);

/** By what the whole name says. */
const names = new Map<string, FileType>([
  ['dockerfile', 'settings'],
  ['makefile', 'settings'],
  ['license', 'text'],
  ['readme', 'text'],
  ['package-lock.json', 'lock'],
]);

const fileTypeOf = (path: string): FileType => names.get(nameOf(path).toLowerCase()) ?? types.get(extensionOf(path)) ?? 'file';

/** Says nothing to screen readers: the name next to it does. */
export function FileIcon({ path }: { path: string }) {
  const type = fileTypeOf(path);
  return (
    <svg className="icon file-icon" data-type={type} viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[type]} />
    </svg>
  );
}
