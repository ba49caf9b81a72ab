import type { IChartSeries } from './types';

/** The points of lines as the text of a CSV file: one row for each point. */
export function csvFile(
  lines: readonly IChartSeries[],
  x_name: string,
  y_name: string
): string {
  const banded = lines.some(line => line.band);
  const rows = [
    ['id', 'name', x_name, y_name, ...(banded ? ['low', 'high'] : [])]
  ];
  for (const line of lines) {
    line.x.forEach((x, index) => {
      const band = line.band
        ? [String(line.band.low[index]), String(line.band.high[index])]
        : [];
      rows.push([
        line.id,
        line.label,
        String(x),
        String(line.y[index]),
        ...band
      ]);
    });
  }
  return csvRows(rows);
}

/** Rows of texts as CSV, quoted by RFC 4180. */
export function csvRows(rows: readonly (readonly string[])[]): string {
  return rows.map(row => row.map(quoted).join(',')).join('\r\n') + '\r\n';
}

/** A text that a spreadsheet would take for a formula gets a quote in front. */
function quoted(text: string): string {
  const safe = /^[=+@\t\r]|^-(?![\d.]|Infinity$)/.test(text)
    ? `'${text}`
    : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}
