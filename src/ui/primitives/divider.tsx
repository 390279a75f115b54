import { type KeyboardEvent, type PointerEvent, useRef } from 'react';

interface DividerProps {
  label: string;
  /** Size of the pane it resizes, in pixels. */
  size: number;
  min: number;
  max: number;
  /** The side of the divider that the pane is on. */
  side: 'left' | 'right';
  onChange: (size: number) => void;
}

/** A divider between two panes: dragged by pointer, moved with the arrow keys. */
export function Divider({ label, size, min, max, side, onChange }: DividerProps) {
  const start = useRef<{ x: number; size: number } | undefined>(undefined);
  const direction = side === 'left' ? 1 : -1;
  const resize = (next: number) => onChange(Math.round(Math.min(max, Math.max(min, next))));

  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    start.current = { x: event.clientX, size };
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    if (start.current) resize(start.current.size + direction * (event.clientX - start.current.x));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.shiftKey ? 64 : 16;
    const next = { ArrowLeft: size - direction * step, ArrowRight: size + direction * step, Home: min, End: max }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    resize(next);
  };
  return (
    <hr
      className="divider"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={size}
      aria-valuemin={min}
      aria-valuemax={max}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onLostPointerCapture={() => {
        start.current = undefined;
      }}
      onKeyDown={onKeyDown}
    />
  );
}
