import * as React from 'react';
import type { Artifact } from '../../api';
import { useExplorer } from '../context';
import { Picture } from './picture';

const NUMBERED = /(?:^|\/)(\d+)\.(?:png|jpe?g|gif|webp|svg)$/i;

/** Whether a folder holds pictures that are named by their steps, two or more. */
export function isImageSeries(artifacts: readonly Artifact[]): boolean {
  return (
    artifacts.length > 1 && artifacts.every(one => NUMBERED.test(one.path))
  );
}

/** Pictures over steps, with a slider between them. */
export function ImageSeries(props: {
  run_id: string;
  images: readonly Artifact[];
}): React.ReactElement {
  const { trans } = useExplorer();
  const images = React.useMemo(
    () => [...props.images].sort((a, b) => stepOf(a) - stepOf(b)),
    [props.images]
  );
  const [chosen, setChosen] = React.useState(images.length - 1);
  const index = Math.min(chosen, images.length - 1);
  return (
    <div>
      <label className="jp-Lightflow-line">
        {trans.__('Step %1', stepOf(images[index]).toLocaleString())}
        <input
          type="range"
          aria-label={trans.__('Step')}
          min={0}
          max={images.length - 1}
          value={index}
          onChange={event => setChosen(Number(event.target.value))}
        />
        <span className="jp-Lightflow-faint">
          {trans.__('%1 of %2', index + 1, images.length)}
        </span>
      </label>
      <Picture run_id={props.run_id} path={images[index].path} />
    </div>
  );
}

function stepOf(image: Artifact): number {
  return Number(NUMBERED.exec(image.path)?.[1] ?? 0);
}
