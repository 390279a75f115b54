import { type MouseEvent, type PointerEvent, useEffect, useRef } from 'react';

const LONG_MS = 500;
/** Movement in pixels that is still a press, not the start of scrolling. */
const STILL = 8;

/** A long press of a finger, for browsers that fire no `contextmenu` for it. @returns the handlers of the element */
export function useLongPress(onPress: (target: EventTarget, at: { x: number; y: number }) => void) {
  const press = useRef<{ x: number; y: number; timer: ReturnType<typeof setTimeout> }>(undefined);
  /** The release that follows is no click. */
  const pressed = useRef(false);
  const end = () => {
    clearTimeout(press.current?.timer);
    press.current = undefined;
  };
  useEffect(() => () => clearTimeout(press.current?.timer), []);
  return {
    onPointerDown: ({ pointerType, target, clientX: x, clientY: y }: PointerEvent) => {
      end();
      pressed.current = false;
      if (pointerType !== 'touch') return;
      const timer = setTimeout(() => {
        end();
        pressed.current = true;
        onPress(target, { x, y });
      }, LONG_MS);
      press.current = { x, y, timer };
    },
    onPointerMove: ({ clientX, clientY }: PointerEvent) => {
      if (press.current && Math.hypot(clientX - press.current.x, clientY - press.current.y) > STILL) end();
    },
    onPointerUp: end,
    onPointerCancel: end,
    onClickCapture: (event: MouseEvent) => {
      if (pressed.current) event.stopPropagation();
      pressed.current = false;
    },
  };
}
