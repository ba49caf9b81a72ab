import { addIcon, closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Run } from '../api';
import { useExplorer } from './context';
import { useEditing } from './editing';

/** Clients keep facts of their own under such names: they are shown elsewhere. */
const TECHNICAL = /^(mlflow|lightflow)\./;

/** A run's tags, edited in place. */
export function Tags(props: { run: Run }): React.ReactElement {
  const { model, trans } = useExplorer();
  const { change } = useEditing();
  const { run } = props;
  /** The key that is edited; empty for a new tag. */
  const [edited, setEdited] = React.useState<string | null>(null);
  React.useEffect(() => setEdited(null), [run.run_id]);
  const tags = Object.entries(run.tags).filter(([key]) => !TECHNICAL.test(key));
  if (model.isReadOnly) {
    return (
      <div
        className="jp-Lightflow-tags"
        role="list"
        aria-label={trans.__('Tags')}
      >
        {tags.map(([key, value]) => (
          <span className="jp-Lightflow-tag" role="listitem" key={key}>
            <span className="jp-Lightflow-tagText">
              <span className="jp-Lightflow-by">{key}</span> {value}
            </span>
          </span>
        ))}
      </div>
    );
  }
  return (
    <div className="jp-Lightflow-tags">
      <span
        className="jp-Lightflow-tagList"
        role="list"
        aria-label={trans.__('Tags')}
      >
        {tags.map(([key, value]) =>
          edited === key ? (
            <span role="listitem" key={key}>
              <TagForm
                tag={{ key, value }}
                onDone={async text => {
                  setEdited(null);
                  if (text !== null && text.value !== value) {
                    await change(run, `tags.${key}`, value, text.value);
                  }
                }}
              />
            </span>
          ) : (
            <span className="jp-Lightflow-tag" role="listitem" key={key}>
              <button
                className="jp-Lightflow-tagText"
                title={trans.__('Change the tag %1', key)}
                aria-label={trans.__('Change the tag %1', key)}
                onClick={() => setEdited(key)}
              >
                <span className="jp-Lightflow-by">{key}</span> {value}
              </button>
              <button
                className="jp-Lightflow-tagRemove"
                title={trans.__('Remove the tag %1', key)}
                aria-label={trans.__('Remove the tag %1', key)}
                onClick={() => void change(run, `tags.${key}`, value, null)}
              >
                <closeIcon.react tag="span" height="10px" width="10px" />
              </button>
            </span>
          )
        )}
      </span>
      {edited === '' ? (
        <TagForm
          tag={{ key: '', value: '' }}
          onDone={async text => {
            setEdited(null);
            if (text?.key) {
              const former = run.tags[text.key] ?? null;
              await change(run, `tags.${text.key}`, former, text.value);
            }
          }}
        />
      ) : (
        <button
          className="jp-Lightflow-addTag"
          title={trans.__('Add a tag')}
          aria-label={trans.__('Add a tag')}
          onClick={() => setEdited('')}
        >
          <addIcon.react tag="span" height="12px" width="12px" />
          {tags.length === 0 && trans.__('Tag')}
        </button>
      )}
    </div>
  );
}

interface ITag {
  key: string;
  value: string;
}

/** A tag as it is written: Enter keeps it, Escape doesn't. */
export function TagForm(props: {
  tag: ITag;
  /** Null where it was given up. */
  onDone: (tag: ITag | null) => Promise<void>;
}): React.ReactElement {
  const { trans } = useExplorer();
  const [key, setKey] = React.useState(props.tag.key);
  const [value, setValue] = React.useState(props.tag.value);
  const isNew = props.tag.key === '';
  return (
    <form
      className="jp-Lightflow-tagForm"
      onSubmit={event => {
        event.preventDefault();
        void props.onDone({ key: key.trim(), value });
      }}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          void props.onDone(null);
        }
      }}
    >
      {isNew && (
        <input
          className="jp-Lightflow-input"
          autoFocus
          placeholder={trans.__('key')}
          aria-label={trans.__('Key of the tag')}
          value={key}
          onChange={event => setKey(event.target.value)}
        />
      )}
      <input
        className="jp-Lightflow-input"
        autoFocus={!isNew}
        placeholder={trans.__('value')}
        aria-label={trans.__('Value of the tag')}
        value={value}
        onChange={event => setValue(event.target.value)}
      />
      <button className="jp-Lightflow-button jp-mod-accept" type="submit">
        {trans.__('Save')}
      </button>
    </form>
  );
}
