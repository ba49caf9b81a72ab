/** The sidebar as a person uses it: by what can be read on the screen. */
const { expect } = require('@jupyterlab/galata');

const SIDEBAR = '#lightflow-sidebar';

class Sidebar {
  constructor(page) {
    this.page = page;
    this.root = page.locator(SIDEBAR);
  }

  async open() {
    await this.page.sidebar.openTab('lightflow-sidebar');
    await expect(this.root.locator('.jp-Lightflow-live')).toHaveAttribute(
      'data-state',
      'connected'
    );
  }

  async widen(width_px) {
    await this.page.sidebar.setWidth(width_px, 'left');
  }

  async chooseExperiment(name) {
    const choice = this.root.getByLabel('Experiment');
    const option = choice.locator('option', { hasText: name });
    await expect(option).toHaveCount(1);
    await choice.selectOption(await option.getAttribute('value'));
    const runs = /\((\d+)\)/.exec(await option.textContent());
    await expect(this.root.locator('.jp-Lightflow-count')).toContainText(
      new RegExp(`^${runs[1]} runs?`)
    );
  }

  row(name) {
    return this.table.getByRole('row').filter({ hasText: name });
  }

  get table() {
    return this.root.getByRole('treegrid');
  }

  /** What the rows of the table say, from the first: names as deep as they stand. */
  async rows() {
    return this.table
      .locator('[data-row]')
      .evaluateAll(rows =>
        rows
          .sort((a, b) => a.dataset.row - b.dataset.row)
          .map(
            row =>
              '  '.repeat(Number(row.getAttribute('aria-level')) - 1) +
              row.getAttribute('aria-label')
          )
      );
  }

  /** Open one of the sheets above the table. */
  async tool(title) {
    await this.root.getByRole('button', { name: title }).click();
  }

  async groupBy(value) {
    await this.tool('Group and nest');
    await this.root.getByLabel('Group by').selectOption(value);
    await this.root.getByRole('button', { name: 'Done' }).click();
  }

  async tick(name) {
    await this.row(name).getByRole('checkbox').check();
  }

  async showTab(title) {
    await this.root.getByRole('tab', { name: title }).click();
  }

  chart(metric) {
    return this.root.locator(`.jp-Lightflow-chart[data-metric="${metric}"]`);
  }

  /** Charts out of sight are not drawn. */
  async bringToSight(metric) {
    await this.root
      .locator(`[data-waiting="${metric}"]`)
      .evaluateAll(places => places[0]?.scrollIntoView());
  }

  /** How many points the chart of a metric stands for. */
  async points(metric) {
    await this.bringToSight(metric);
    return this.chart(metric).evaluateAll(found =>
      Number(found[0]?.dataset.points ?? 0)
    );
  }

  async menu(name, item) {
    await this.row(name).click({ button: 'right' });
    await this.root.getByRole('menuitem', { name: item }).click();
  }
}

module.exports = { Sidebar };
