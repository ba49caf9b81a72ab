import type { IColumn } from './columns';

const LEAST_NAME_PX = 140;
const CHOICE_PX = 36;
const SIGN_PX = 40;
const CHARACTER_PX = 7.2;
const PADDING_PX = 12;
/** Of the table's width, what stays in sight may take, and of that the name. */
const MOST_STICKY = 0.6;
const MOST_NAME = 0.5;
/** A column that is cut at the edge is worth showing when this much of it is in sight. */
const WORTH_SHOWING = 2 / 3;

/** Written in characters that are no wider than a digit, about. */
const PLAIN = /^[0-9a-ln-z .,:+−–-]*$/;

/** What stands where in the table. */
export interface ITableLayout {
  pinned: readonly IColumn[];
  /** Those that scroll. */
  columns: readonly IColumn[];
  name_px: number;
  /** The name and what is pinned beside it. */
  sticky_px: number;
  width_px: number;
}

/**
 * The name is as wide as the longest that was seen, within bounds; where all columns fit, or the last
 * in sight would be cut short, it takes what is left.
 */
export function layOut(
  columns: readonly IColumn[],
  pinned_ids: readonly string[],
  longest_name: number,
  client_px: number
): ITableLayout {
  const wanted = columns.filter(one => pinned_ids.includes(one.id));
  const wanted_px = widthOf(wanted);
  // In a narrow panel nothing would be left to scroll.
  const fits = LEAST_NAME_PX + wanted_px <= client_px * MOST_STICKY;
  const pinned = fits ? wanted : [];
  const rest = columns.filter(one => !pinned.includes(one));
  const pinned_px = widthOf(pinned);
  const values_px = pinned_px + widthOf(rest);
  const natural_px = CHOICE_PX + SIGN_PX + longest_name * CHARACTER_PX;
  const most_px = Math.max(
    LEAST_NAME_PX,
    Math.min(client_px * MOST_NAME, client_px * MOST_STICKY - pinned_px)
  );
  const least_px = Math.max(LEAST_NAME_PX, Math.min(natural_px, most_px));
  const spare_px = cutOff(rest, client_px - least_px - pinned_px);
  const name_px = Math.round(
    Math.max(
      least_px,
      Math.min(natural_px, least_px + spare_px),
      client_px - values_px
    )
  );
  return {
    pinned,
    columns: rest,
    name_px,
    sticky_px: name_px + pinned_px,
    width_px: name_px + values_px
  };
}

/** Whether a cell surely has room for its text: what is clipped costs a clip to draw. */
export function fits(text: string, width_px: number): boolean {
  return (
    PLAIN.test(text) && text.length * CHARACTER_PX + PADDING_PX <= width_px
  );
}

/** What a column that is not worth showing would get of the room. */
function cutOff(columns: readonly IColumn[], room_px: number): number {
  let left_px = room_px;
  for (const { width_px } of columns) {
    if (left_px < width_px) {
      return left_px < width_px * WORTH_SHOWING ? Math.max(0, left_px) : 0;
    }
    left_px -= width_px;
  }
  return 0;
}

function widthOf(columns: readonly IColumn[]): number {
  return columns.reduce((sum, one) => sum + one.width_px, 0);
}
