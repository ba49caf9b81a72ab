type Child = Node | string;

/** An element with a class and children; texts are texts, never HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className) {
    made.className = className;
  }
  made.append(...children);
  return made;
}

/** A labelled checkbox. */
export function checkbox(
  label: string,
  checked: boolean,
  onChange: (checked: boolean) => void
): HTMLLabelElement {
  const box = element('input', '');
  box.type = 'checkbox';
  box.checked = checked;
  box.addEventListener('change', () => onChange(box.checked));
  return element('label', '', box, ` ${label}`);
}

/** A labelled slider. */
export function slider(
  label: string,
  value: number,
  onInput: (value: number) => void
): HTMLLabelElement {
  const input = element('input', '');
  Object.assign(input, { type: 'range', min: '0', max: '0.99', step: '0.01' });
  input.value = String(value);
  input.addEventListener('input', () => onInput(Number(input.value)));
  return element('label', '', `${label} `, input);
}

/** A labelled choice; `options` are values and texts. */
export function choice<T extends string>(
  label: string,
  options: readonly (readonly [T, string])[],
  value: T,
  onChange: (value: T) => void
): HTMLLabelElement {
  const select = element('select', 'jp-Lightflow-input');
  for (const [id, text] of options) {
    const option = element('option', '', text);
    option.value = id;
    select.append(option);
  }
  select.value = value;
  select.addEventListener('change', () => onChange(select.value as T));
  return element('label', '', `${label} `, select);
}
