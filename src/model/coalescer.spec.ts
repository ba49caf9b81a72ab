import { Coalescer } from './coalescer';

const INTERVAL_MS = 200;

describe('Coalescer', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('calls in time while requests come faster than the interval', async () => {
    const call = jest.fn(() => Promise.resolve());
    const coalescer = new Coalescer(call, INTERVAL_MS);
    for (let request = 0; request < 20; request++) {
      coalescer.request();
      await jest.advanceTimersByTimeAsync(INTERVAL_MS / 2);
    }
    expect(call.mock.calls.length).toBeGreaterThanOrEqual(8);
    expect(call.mock.calls.length).toBeLessThanOrEqual(11);
  });

  it('follows a request made during a call with another call', async () => {
    let finish = (): void => undefined;
    const call = jest.fn(
      () => new Promise<void>(resolve => (finish = resolve))
    );
    const coalescer = new Coalescer(call, INTERVAL_MS);
    coalescer.request();
    await jest.advanceTimersByTimeAsync(INTERVAL_MS);
    coalescer.request();
    await jest.advanceTimersByTimeAsync(10 * INTERVAL_MS);
    expect(call).toHaveBeenCalledTimes(1);
    finish();
    await jest.advanceTimersByTimeAsync(INTERVAL_MS);
    expect(call).toHaveBeenCalledTimes(2);
  });

  it('calls no more once it is disposed', async () => {
    const call = jest.fn(() => Promise.resolve());
    const coalescer = new Coalescer(call, INTERVAL_MS);
    coalescer.request();
    coalescer.dispose();
    coalescer.request();
    await jest.advanceTimersByTimeAsync(INTERVAL_MS);
    expect(call).not.toHaveBeenCalled();
  });
});
