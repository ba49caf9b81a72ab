import * as React from 'react';

/** What a menu offers: a title and what it does; null draws a line. */
export type MenuItem = readonly [string, () => void] | null;

export interface IMenuAt {
  left: number;
  top: number;
  items: readonly MenuItem[];
}

const MARGIN_PX = 4;

/** Where the pointer is, or the element that the keyboard is at. */
export function placeOf(event: React.MouseEvent): {
  left: number;
  top: number;
} {
  event.preventDefault();
  event.stopPropagation();
  if (event.clientX > 0 || event.clientY > 0) {
    return { left: event.clientX, top: event.clientY };
  }
  const { left, bottom } = event.currentTarget.getBoundingClientRect();
  return { left, top: bottom };
}

/** A menu at a place of the window: walked by arrows, closed by Escape and by a press elsewhere. */
export function Menu(props: {
  at: IMenuAt;
  onClose: () => void;
}): React.ReactElement {
  const { items, left, top } = props.at;
  const menu = React.useRef<HTMLDivElement>(null);
  const [shift, setShift] = React.useState({ x: 0, y: 0 });
  useOutside(menu, props.onClose);
  React.useLayoutEffect(() => {
    const before = document.activeElement;
    if (menu.current) {
      setShift(shiftOf(menu.current, props.at));
    }
    menu.current?.querySelector('button')?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) {
        before.focus({ preventScroll: true });
      }
    };
  }, []);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const buttons = [...(menu.current?.querySelectorAll('button') ?? [])];
    const at = buttons.findIndex(one => one === document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape' || event.key === 'Tab') {
      props.onClose();
    } else if (step !== undefined) {
      buttons[(at + step + buttons.length) % buttons.length].focus();
    } else {
      event.stopPropagation();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={menu}
      role="menu"
      className="jp-Lightflow-menu"
      style={{ left: left + shift.x, top: top + shift.y }}
      onKeyDown={onKeyDown}
    >
      {items.map((item, index) =>
        item === null ? (
          <hr key={index} />
        ) : (
          <button
            key={item[0]}
            role="menuitem"
            tabIndex={-1}
            onClick={() => {
              props.onClose();
              item[1]();
            }}
          >
            {item[0]}
          </button>
        )
      )}
    </div>
  );
}

/**
 * From where the menu is drawn to its place. A panel of JupyterLab has `contain: strict`: what is fixed
 * in it counts from the panel's corner, and is cut off at its edges.
 */
function shiftOf(
  menu: HTMLElement,
  { left, top }: { left: number; top: number }
): { x: number; y: number } {
  const drawn = menu.getBoundingClientRect();
  const panel = menu.closest('.jp-Lightflow')?.getBoundingClientRect();
  const right = (panel?.right ?? window.innerWidth) - MARGIN_PX;
  const bottom = (panel?.bottom ?? window.innerHeight) - MARGIN_PX;
  return {
    x: Math.min(left, right - drawn.width) - drawn.left,
    y: Math.min(top, bottom - drawn.height) - drawn.top
  };
}

/** Call when something outside of the element is pressed. */
export function useOutside(
  inside: React.RefObject<HTMLElement>,
  onPress: () => void
): void {
  const call = React.useRef(onPress);
  call.current = onPress;
  React.useEffect(() => {
    const close = (event: Event): void => {
      const { target } = event;
      const within =
        target instanceof Element &&
        // What a dialog asks belongs to what has asked it.
        (inside.current?.contains(target) || target.closest('.jp-Dialog'));
      if (!within) {
        call.current();
      }
    };
    document.addEventListener('pointerdown', close, { capture: true });
    return () =>
      document.removeEventListener('pointerdown', close, { capture: true });
  }, [inside]);
}
