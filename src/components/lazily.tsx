import * as React from 'react';

/** So far outside of what is seen a part is made ready. */
const MARGIN = '200px';

/** Renders its children while they are in sight, or nearly; else keeps their place free. */
export function Lazily(props: {
  height_px: number;
  title: string;
  children: () => React.ReactNode;
}): React.ReactElement {
  const host = React.useRef<HTMLDivElement>(null);
  const [seen, setSeen] = React.useState(false);
  const [height_px, setHeight] = React.useState(props.height_px);
  React.useEffect(() => {
    const element = host.current;
    if (!element) {
      return;
    }
    const observer = new IntersectionObserver(
      entries => {
        const { isIntersecting, boundingClientRect } =
          entries[entries.length - 1];
        if (!isIntersecting && boundingClientRect.height > 0) {
          setHeight(boundingClientRect.height);
        }
        setSeen(isIntersecting);
      },
      { root: element.closest('.jp-Lightflow-content'), rootMargin: MARGIN }
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <div
      ref={host}
      className="jp-Lightflow-lazy"
      style={seen ? undefined : { height: height_px }}
      data-waiting={seen ? undefined : props.title}
    >
      {seen && props.children()}
    </div>
  );
}
