import { useQuery } from '@tanstack/react-query';
import { readFile } from '#features/files/contract.ts';
import { extensionOf } from '#features/files/path.ts';
import { MarkdownContext } from '#ui/markdown/links.ts';
import { Markdown } from '#ui/markdown/markdown.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { urlOf } from '#wire/call.ts';
import { loadFile } from '../queries.ts';
import { decodeText, titleOf } from '../text.ts';
import { parentOf } from '../tree/paths.ts';
import { Picture } from './picture.tsx';
import { texts } from './texts.ts';
import './preview.css';

interface PreviewProps {
  projectId: string;
  path: string;
  text: string;
  onOpenFile: (path: string) => void;
}

/** A Markdown file as it is read: without HTML, with pictures of the project and links to its files. */
export function MarkdownPreview({ projectId, path, text, onOpenFile }: PreviewProps) {
  const place = {
    folder: parentOf(path),
    below: 1,
    onOpenFile,
    picture: (picture: { path: string; alt: string }) => <ProjectPicture projectId={projectId} {...picture} />,
  };
  return (
    <MarkdownContext value={place}>
      <Markdown text={text} />
    </MarkdownContext>
  );
}

export const SvgPreview = ({ path, text }: Pick<PreviewProps, 'path' | 'text'>) => (
  <div className="preview-picture">
    <Picture url={svgUrl(text)} name={titleOf(path)} />
  </div>
);

/** Of no origin: opened in a tab of its own, it could run no script in ours. */
const svgUrl = (text: string): string => `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;

/** A picture in a Markdown file. */
function ProjectPicture({ projectId, path, alt }: { projectId: string; path: string; alt: string }) {
  if (extensionOf(path) === 'svg') return <ProjectSvg projectId={projectId} path={path} alt={alt} />;
  return <img src={urlOf(readFile, { params: { projectId }, query: { path } })} alt={alt} loading="lazy" />;
}

/** The server sends an SVG as text, which no browser shows as a picture. */
function ProjectSvg({ projectId, path, alt }: { projectId: string; path: string; alt: string }) {
  const { data, isPending } = useQuery({
    queryKey: ['files', projectId, 'picture', path],
    queryFn: () => loadFile(projectId, path),
  });
  const text = data && decodeText(data.bytes)?.text;
  if (isPending) return <Waiting what={texts.loading} />;
  return text === undefined ? alt : <img src={svgUrl(text)} alt={alt} />;
}
