import { addIcon, closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Run } from '../api';
import { Editable, useExplorer } from './context';
import { useEditing } from './editing';

/** Clients keep facts of their own under such names: they are shown elsewhere. */
const TECHNICAL = /^(mlflow|lightflow)\./;

/** A run's tags, edited in place. */
export function Tags(props: { run: Run }): React.ReactElement {
  const { trans } = useExplorer();
  const { change } = useEditing();
  const { run } = props;
  /** The key that is edited; empty for a new tag. */
  const [edited, setEdited] = React.useState<string | null>(null);
  React.useEffect(() => setEdited(null), [run.run_id]);
  const tags = Object.entries(run.tags).filter(([key]) => !TECHNICAL.test(key));
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
            <Tag
              key={key}
              tag={{ key, value }}
              onEdit={() => setEdited(key)}
              onRemove={() => void change(run, `tags.${key}`, value, null)}
            />
          )
        )}
      </span>
      <Editable>
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
      </Editable>
    </div>
  );
}

interface ITag {
  key: string;
  value: string;
}

function Tag(props: {
  tag: ITag;
  onEdit: () => void;
  onRemove: () => void;
}): React.ReactElement {
  const { model, trans } = useExplorer();
  const { key, value } = props.tag;
  const text = (
    <>
      <span className="jp-Lightflow-by">{key}</span> {value}
    </>
  );
  const change = trans.__('Change the tag %1', key);
  const remove = trans.__('Remove the tag %1', key);
  return (
    <span className="jp-Lightflow-tag" role="listitem">
      {model.isReadOnly ? (
        <span className="jp-Lightflow-tagText">{text}</span>
      ) : (
        <button
          className="jp-Lightflow-tagText"
          title={change}
          aria-label={change}
          onClick={props.onEdit}
        >
          {text}
        </button>
      )}
      <Editable>
        <button
          className="jp-Lightflow-tagRemove"
          title={remove}
          aria-label={remove}
          onClick={props.onRemove}
        >
          <closeIcon.react tag="span" height="10px" width="10px" />
        </button>
      </Editable>
    </span>
  );
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
