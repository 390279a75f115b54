import { useState } from 'react';
import { texts } from './texts.ts';
import './picture.css';

interface PictureProps {
  url: string | undefined;
  name: string;
  onBroken?: () => void;
}

/** A picture on a ground that shows what is transparent, with its size. As an image, an SVG runs no script and loads nothing. */
export function Picture({ url, name, onBroken }: PictureProps) {
  const [size, setSize] = useState<{ url: string; width: number; height: number }>();
  /** The address of something that turned out not to be a picture. */
  const [broken, setBroken] = useState<string>();
  if (url === undefined) return null;
  if (url === broken) return <p className="muted">{texts.brokenPicture}</p>;
  return (
    <figure className="picture">
      <img
        src={url}
        alt={name}
        onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => setSize({ url, width: naturalWidth, height: naturalHeight })}
        onError={() => {
          setBroken(url);
          onBroken?.();
        }}
      />
      {size?.url === url && size.width > 0 && <figcaption className="numeric">{texts.size(size.width, size.height)}</figcaption>}
    </figure>
  );
}
