import { useState } from 'react';
import { initialsOf } from '../format/initials.ts';
import './avatar.css';

interface AvatarProps {
  name: string;
  /** Address of the picture; without one, or if it does not load, initials are shown. */
  picture?: string | undefined;
  /** 24, 32 or 72 px; 32 by default. */
  size?: 'small' | 'large';
}

/** Stands next to the person's name, so screen readers skip it. */
export function Avatar({ name, picture, size }: AvatarProps) {
  const [failed, setFailed] = useState<string>();
  return (
    <span className="avatar" data-size={size} aria-hidden="true">
      {picture !== undefined && picture !== failed ? (
        <img src={picture} alt="" draggable={false} onError={() => setFailed(picture)} />
      ) : (
        initialsOf(name)
      )}
    </span>
  );
}
