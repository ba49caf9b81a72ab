import * as React from 'react';
import type { Completion, FilterHints } from '../api';
import { isFilter, isFilterBegun } from '../model';
import { useExplorer } from './context';

const TYPING_MS = 250;
const MAX_COMPLETIONS = 12;

interface IOffer {
  text: string;
  kind: Completion['kind'] | 'search';
}

/**
 * The search box: words, or a filter whose keys are completed and whose mistake is shown. While it
 * is empty, Down offers what was searched for before.
 */
export function FilterInput(): React.ReactElement {
  const { model, trans } = useExplorer();
  const { table } = model;
  const { experiment_id, search } = table.view;
  const input = React.useRef<HTMLInputElement>(null);
  const [text, setText] = React.useState(search);
  const [hints, setHints] = React.useState<FilterHints | null>(null);
  const [past, setPast] = React.useState(false);
  const [active, setActive] = React.useState(-1);
  const touched = React.useRef(false);
  const list_id = React.useId();

  React.useEffect(() => {
    // A view was taken, or the same explorer stands elsewhere too.
    if (document.activeElement !== input.current) {
      touched.current = false;
      setText(search);
      setHints(null);
    }
  }, [search]);
  React.useEffect(() => {
    if (!touched.current) {
      return;
    }
    let current = true;
    const ask = async (): Promise<void> => {
      if (text.trim() === '') {
        setHints(null);
        table.set({ search: '' });
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
      const begun = isFilterBegun(text) && found !== null;
      const understood = found === null || found.position === null;
      if (isFilter(text) ? understood : !begun) {
        table.set({ search: text });
      }
    };
    const timer = setTimeout(() => void ask(), TYPING_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [model, text, experiment_id]);

  const offers: IOffer[] = past
    ? table.searches.map(one => ({ text: one, kind: 'search' }))
    : (hints?.completions.slice(0, MAX_COMPLETIONS) ?? []);
  const edit = (next: string): void => {
    touched.current = true;
    setText(next);
  };
  const accept = (offer: IOffer): void => {
    if (offer.kind === 'search') {
      edit(offer.text);
    } else {
      const caret = input.current?.selectionStart ?? text.length;
      edit(
        `${text.slice(0, hints?.start ?? caret)}${offer.text} ${text.slice(caret)}`
      );
    }
    setPast(false);
    setHints(null);
    input.current?.focus();
  };
  const remember = (): void => {
    if (text.trim() !== '' && (hints === null || hints.position === null)) {
      table.remember(text.trim());
    }
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === 1 && text === '' && !past && table.searches.length > 0) {
      setPast(true);
      setActive(0);
    } else if (step !== undefined && offers.length > 0) {
      const from = Math.max(active, step < 0 ? 0 : -1);
      setActive((from + step + offers.length) % offers.length);
    } else if (event.key === 'Enter' && active >= 0) {
      accept(offers[active]);
    } else if (event.key === 'Enter') {
      remember();
      setHints(hints && { ...hints, completions: [] });
    } else if (event.key === 'Escape' && offers.length > 0) {
      setPast(false);
      setHints(hints && { ...hints, completions: [] });
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
        aria-expanded={offers.length > 0}
        aria-controls={list_id}
        aria-autocomplete="list"
        aria-activedescendant={active < 0 ? undefined : `${list_id}-${active}`}
        spellCheck={false}
        value={text}
        placeholder={trans.__('Search, or metrics.loss < 0.1')}
        aria-label={trans.__('Search runs')}
        onChange={event => {
          setPast(false);
          edit(event.target.value);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => {
          setActive(-1);
          setPast(false);
          setHints(hints && { ...hints, completions: [] });
          remember();
        }}
      />
      <ul
        id={list_id}
        role="listbox"
        aria-label={
          past ? trans.__('Searched for before') : trans.__('Completions')
        }
        className="jp-Lightflow-completions"
        hidden={offers.length === 0}
      >
        {offers.map((offer, index) => (
          <li
            key={offer.text}
            id={`${list_id}-${index}`}
            role="option"
            aria-selected={index === active}
            data-kind={offer.kind}
            // The input keeps the focus, and its caret.
            onMouseDown={event => event.preventDefault()}
            onClick={() => accept(offer)}
          >
            {offer.text}
          </li>
        ))}
      </ul>
      {hints && wrong !== null && isFilter(text) && (
        <pre className="jp-Lightflow-mistake" role="alert">
          <span className="jp-Lightflow-mistakePlace">
            {`${text}\n${' '.repeat(wrong)}^\n`}
          </span>
          {hints.reason}
          {hints.allowed.length > 0 &&
            `\n${trans.__('Expected: %1', hints.allowed.join(', '))}`}
        </pre>
      )}
    </div>
  );
}
