import * as React from 'react';
import { formatNumber, themeFrom, type IChartTheme } from '../../charts';
import { ChartMenu } from '../chartMenu';
import type { IAxis } from './values';

const MAX_WIDTH_PX = 900;
const WORD_LENGTH = 14;

/** A picture in SVG as wide as its place, which can be saved as it is. */
export function Figure(props: {
  title: string;
  csv: () => string;
  height_px: (width_px: number) => number;
  /** It is scrolled where there is less room. */
  least_width_px?: number;
  children: (width_px: number, theme: IChartTheme) => React.ReactNode;
}): React.ReactElement {
  const host = React.useRef<HTMLDivElement>(null);
  const svg = React.useRef<SVGSVGElement>(null);
  const [room_px, setRoom] = React.useState(0);
  React.useEffect(() => {
    const element = host.current;
    if (!element) {
      return;
    }
    const observer = new ResizeObserver(() =>
      setRoom(Math.min(MAX_WIDTH_PX, element.clientWidth))
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const theme = host.current ? themeFrom(host.current) : null;
  const width_px = room_px && Math.max(room_px, props.least_width_px ?? 0);
  const height_px = props.height_px(width_px);
  return (
    <figure className="jp-Lightflow-chart" data-plot={props.title}>
      <figcaption>
        <b>{props.title}</b>
        <ChartMenu
          title={props.title}
          svg={() => (svg.current ? standalone(svg.current, theme) : '')}
          csv={props.csv}
          code={null}
        />
      </figcaption>
      <div ref={host} className="jp-Lightflow-scroll">
        {width_px > 0 && theme && (
          <svg
            ref={svg}
            role="img"
            aria-label={props.title}
            width={width_px}
            height={height_px}
            fontSize={11}
            fontFamily="var(--jp-ui-font-family, sans-serif)"
            fill={theme.text}
          >
            {props.children(width_px, theme)}
          </svg>
        )}
      </div>
    </figure>
  );
}

export function tickText(axis: IAxis, tick: number): string {
  const text = axis.words ? (axis.words[tick] ?? '') : formatNumber(tick);
  return text.length > WORD_LENGTH
    ? `${text.slice(0, WORD_LENGTH - 1)}…`
    : text;
}

function standalone(svg: SVGSVGElement, theme: IChartTheme | null): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  copy.setAttribute('font-family', 'sans-serif');
  const paper = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  paper.setAttribute('width', '100%');
  paper.setAttribute('height', '100%');
  paper.setAttribute('fill', theme?.background ?? 'white');
  copy.prepend(paper);
  return new XMLSerializer().serializeToString(copy);
}
