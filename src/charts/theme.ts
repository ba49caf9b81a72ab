import type { IChartTheme } from './types';

/** Read the colours around an element: JupyterLab's variables, or those of any other page. */
export function themeFrom(element: Element): IChartTheme {
  const style = getComputedStyle(element);
  const variable = (name: string, fallback: string): string =>
    style.getPropertyValue(name).trim() || fallback;
  const text = variable('--jp-ui-font-color1', style.color || '#333');
  return {
    text,
    grid: variable('--jp-border-color2', 'rgba(128, 128, 128, 0.25)'),
    border: variable('--jp-border-color1', 'rgba(128, 128, 128, 0.5)'),
    background: variable('--jp-layout-color1', 'transparent'),
    font: `11px ${variable('--jp-ui-font-family', 'system-ui, sans-serif')}`
  };
}

const THEME_ATTRIBUTES = ['data-jp-theme-name', 'data-vscode-theme-id'];

/** Call back whenever the page may have changed its theme; returns the undo. */
export function onThemeChange(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributeFilter: THEME_ATTRIBUTES });
  return () => observer.disconnect();
}

export function sameTheme(one: IChartTheme, other: IChartTheme): boolean {
  return (
    one.text === other.text &&
    one.grid === other.grid &&
    one.border === other.border &&
    one.background === other.background &&
    one.font === other.font
  );
}
