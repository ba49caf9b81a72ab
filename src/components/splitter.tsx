import * as React from 'react';

const LEAST = 0.15;
const MOST = 0.85;
const STEP = 0.05;

/** Between two parts of its parent: dragged, or moved by arrows. */
export function Splitter(props: {
  label: string;
  /** The parts stand side by side. */
  wide: boolean;
  /** Of the parent's size, what the first part takes. */
  share: number;
  onMove: (share: number) => void;
}): React.ReactElement {
  const { wide, share } = props;
  const move = (to: number): void =>
    props.onMove(Math.min(MOST, Math.max(LEAST, to)));
  const onPointerMove = (event: React.PointerEvent): void => {
    const whole = event.currentTarget.parentElement?.getBoundingClientRect();
    if (whole && event.currentTarget.hasPointerCapture(event.pointerId)) {
      move(
        wide
          ? (event.clientX - whole.left) / whole.width
          : (event.clientY - whole.top) / whole.height
      );
    }
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const steps: Record<string, number> = wide
      ? { ArrowLeft: -STEP, ArrowRight: STEP }
      : { ArrowUp: -STEP, ArrowDown: STEP };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      move(share + step);
    }
  };
  return (
    <div
      className="jp-Lightflow-splitter"
      role="separator"
      tabIndex={0}
      aria-label={props.label}
      aria-orientation={wide ? 'vertical' : 'horizontal'}
      aria-valuenow={Math.round(share * 100)}
      aria-valuemin={LEAST * 100}
      aria-valuemax={MOST * 100}
      onPointerDown={event =>
        event.currentTarget.setPointerCapture(event.pointerId)
      }
      onPointerMove={onPointerMove}
      onKeyDown={onKeyDown}
    />
  );
}
