import * as React from 'react';

/** A labelled choice among ids that are shown by their keys. */
export function Choice(props: {
  label: string;
  value: string;
  groups: readonly { title: string; ids: readonly string[] }[];
  onChoose: (id: string) => void;
}): React.ReactElement {
  return (
    <label>
      {props.label}
      <select
        className="jp-Lightflow-input"
        aria-label={props.label}
        value={props.value}
        onChange={event => props.onChoose(event.target.value)}
      >
        {props.groups
          .filter(group => group.ids.length > 0)
          .map(group => (
            <optgroup key={group.title} label={group.title}>
              {group.ids.map(id => (
                <option key={id} value={id}>
                  {id.slice(id.indexOf('.') + 1)}
                </option>
              ))}
            </optgroup>
          ))}
      </select>
    </label>
  );
}
