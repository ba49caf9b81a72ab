import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { useOutside } from './menu';

interface IPopoverButtonProps {
  icon: LabIcon;
  title: string;
  /** Something is chosen in it. */
  pressed?: boolean;
  children: (close: () => void) => React.ReactNode;
}

/** A button of the toolbar that opens a sheet over the table. */
export function PopoverButton(props: IPopoverButtonProps): React.ReactElement {
  const [open, setOpen] = React.useState(false);
  const place = React.useRef<HTMLDivElement>(null);
  const button = React.useRef<HTMLButtonElement>(null);
  useOutside(place, () => setOpen(false));
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <div className="jp-Lightflow-popoverPlace" ref={place}>
      <button
        ref={button}
        className="jp-Lightflow-tool"
        title={props.title}
        aria-label={props.title}
        aria-expanded={open}
        aria-haspopup="dialog"
        data-pressed={props.pressed}
        onClick={() => setOpen(!open)}
      >
        <props.icon.react tag="span" height="16px" width="16px" />
      </button>
      {open && (
        <div
          className="jp-Lightflow-popover"
          role="dialog"
          aria-label={props.title}
          onKeyDown={event => {
            if (event.key === 'Escape') {
              event.stopPropagation();
              close();
            }
          }}
        >
          {props.children(close)}
        </div>
      )}
    </div>
  );
}
