import { ChartRegistry, type IChartRenderer } from '.';

/** What another extension would bring: the number of runs as a text. */
const counter: IChartRenderer = {
  id: 'example:counter',
  label: 'Number of runs',
  create: host => ({
    update: runs => host.replaceChildren(`${runs.length} runs`),
    isDisposed: false,
    dispose: () => host.replaceChildren()
  })
};

it('offers a chart until it is taken back, and tells of both', () => {
  const registry = new ChartRegistry();
  const told: number[] = [];
  registry.changed.connect(() => told.push(registry.renderers.length));
  const registered = registry.add(counter);
  const host = document.createElement('div');
  const chart = registry.renderers[0].create(host);
  chart.update([]);
  expect(host.textContent).toBe('0 runs');
  chart.dispose();
  registered.dispose();
  expect(told).toEqual([1, 0]);
});

it('refuses an id that is taken', () => {
  const registry = new ChartRegistry();
  registry.add(counter);
  expect(() => registry.add(counter)).toThrow('example:counter');
});
