import * as React from 'react';
import type { FilterHints } from '../api';
import { useExplorer } from './context';

const TYPING_MS = 250;
const MAX_COMPLETIONS = 12;
/** `metrics.loss < 0.1` is a filter; everything else is looked for as text. */
const FILTER =
  /(^|[\s(])(metrics?|params?|parameters?|tags?|attributes?|attr|status|run_name|run_id|start_time|end_time|duration|user_id)\S*\s*([<>=!]|like\b|ilike\b|in\b|not\b|is\b|between\b)/i;

interface IFilterInputProps {
  experiment_id: string | null;
  /** One of the two is empty. */
  onAsk: (filter: string, text: string) => void;
}

/** The search box: words, or a filter whose keys are completed and whose mistake is shown. */
export function FilterInput(props: IFilterInputProps): React.ReactElement {
  const { model, trans } = useExplorer();
  const { experiment_id } = props;
  const input = React.useRef<HTMLInputElement>(null);
  const [text, setText] = React.useState('');
  const [hints, setHints] = React.useState<FilterHints | null>(null);
  const [active, setActive] = React.useState(-1);
  const touched = React.useRef(false);
  const list_id = React.useId();

  React.useEffect(() => {
    if (!touched.current) {
      return;
    }
    let current = true;
    const ask = async (): Promise<void> => {
      if (text.trim() === '') {
        setHints(null);
        props.onAsk('', '');
        return;
      }
      const caret = input.current?.selectionStart ?? text.length;
      const found = await model.client
        .filterHints(text, caret, experiment_id)
        .catch(() => null);
      if (!current) {
        return;
      }
      setHints(found);
      setActive(-1);
      if (!FILTER.test(text)) {
        props.onAsk('', text.trim());
      } else if (found === null || found.position === null) {
        props.onAsk(text, '');
      }
    };
    const timer = setTimeout(() => void ask(), TYPING_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [model, text, experiment_id]);

  const completions = hints?.completions.slice(0, MAX_COMPLETIONS) ?? [];
  const accept = (completion: string): void => {
    const caret = input.current?.selectionStart ?? text.length;
    setText(
      `${text.slice(0, hints?.start ?? caret)}${completion} ${text.slice(caret)}`
    );
    setHints(null);
    input.current?.focus();
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : -1;
    if (completions.length === 0) {
      return;
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      setActive(
        (Math.max(active, step < 0 ? 0 : -1) + step + completions.length) %
          completions.length
      );
    } else if (event.key === 'Enter' && active >= 0) {
      accept(completions[active].text);
    } else if (event.key === 'Escape') {
      setHints(null);
    } else {
      return;
    }
    event.preventDefault();
  };

  const wrong = hints?.position ?? null;
  return (
    <div className="jp-Lightflow-filter">
      <input
        ref={input}
        className="jp-Lightflow-input"
        type="search"
        role="combobox"
        aria-expanded={completions.length > 0}
        aria-controls={list_id}
        aria-autocomplete="list"
        aria-activedescendant={active < 0 ? undefined : `${list_id}-${active}`}
        spellCheck={false}
        value={text}
        placeholder={trans.__('Search, or metrics.loss < 0.1')}
        aria-label={trans.__('Search runs')}
        onChange={event => {
          touched.current = true;
          setText(event.target.value);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => setActive(-1)}
      />
      <ul
        id={list_id}
        role="listbox"
        aria-label={trans.__('Completions')}
        className="jp-Lightflow-completions"
        hidden={completions.length === 0}
      >
        {completions.map((completion, index) => (
          <li
            key={completion.text}
            id={`${list_id}-${index}`}
            role="option"
            aria-selected={index === active}
            data-kind={completion.kind}
            // The input keeps the focus, and its caret.
            onMouseDown={event => event.preventDefault()}
            onClick={() => accept(completion.text)}
          >
            {completion.text}
          </li>
        ))}
      </ul>
      {hints && wrong !== null && FILTER.test(text) && (
        <pre className="jp-Lightflow-mistake" role="alert">
          {`${text}\n${' '.repeat(wrong)}^ ${hints.reason}`}
          {hints.allowed.length > 0 &&
            `\n${trans.__('Expected: %1', hints.allowed.join(', '))}`}
        </pre>
      )}
    </div>
  );
}
