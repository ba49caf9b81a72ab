import { readFileSync } from 'fs';
import { join } from 'path';
import { ServerConnection } from '@jupyterlab/services';
import { LightflowClient } from './client';
import { RequestError } from './requests';
import type { ServerMessage } from './contract';
import { decodeNumber } from './numbers';
import { Stream } from './stream';

/** What the server's tests keep as its words on the wire. */
function golden(name: string): string {
  return readFileSync(
    join(__dirname, '../../tests/golden', `${name}.json`),
    'utf-8'
  );
}

function clientThatGets(
  body: string,
  status = 200
): { client: LightflowClient; asked: string[] } {
  const asked: string[] = [];
  const settings = ServerConnection.makeSettings({
    baseUrl: 'http://server/',
    fetch: input => {
      asked.push(input instanceof Request ? input.url : String(input));
      return Promise.resolve(new Response(body, { status }));
    }
  });
  return { client: new LightflowClient(settings), asked };
}

class FakeSocket {
  static all: FakeSocket[] = [];
  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }
  readonly sent: string[] = [];
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.onclose?.();
  }
}

describe('LightflowClient', () => {
  it('reads series with numbers that JSON has no word for', async () => {
    const { client } = clientThatGets(golden('series_list'));
    const { series } = await client.series({
      run_ids: ['a'],
      key: 'loss',
      max_points: 10
    });
    const values = series.flatMap(one => one.values.map(decodeNumber));
    expect(values.some(Number.isNaN)).toBe(true);
    for (const one of series) {
      expect(one.steps).toHaveLength(one.values.length);
      expect(one.times).toHaveLength(one.values.length);
    }
  });

  it('asks for a page by experiment, filter and order', async () => {
    const { client, asked } = clientThatGets(golden('run_page'));
    const page = await client.runs(
      {
        experiment_id: '3',
        filter: 'metrics.loss < 0.1',
        text: '',
        order_by: ['metrics.`loss` ASC'],
        view: 'active'
      },
      100,
      50
    );
    expect(page.runs.length).toBeGreaterThan(0);
    const query = new URL(asked[0]).searchParams;
    expect(query.get('experiment_id')).toBe('3');
    expect(query.get('filter')).toBe('metrics.loss < 0.1');
    expect(query.get('order_by')).toBe('metrics.`loss` ASC');
    expect(query.get('offset')).toBe('100');
    expect(query.get('limit')).toBe('50');
  });

  it("rejects with the server's own words", async () => {
    const body = JSON.parse(golden('api_error')) as {
      error_code: string;
      message: string;
    };
    const { client } = clientThatGets(golden('api_error'), 404);
    const error = await client.status().catch((one: unknown) => one);
    expect(error).toBeInstanceOf(RequestError);
    expect(error).toMatchObject({
      status: 404,
      code: body.error_code,
      message: body.message
    });
  });
});

describe('Stream', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    FakeSocket.all = [];
  });
  afterEach(() => jest.useRealTimers());

  function opened(): Stream {
    const stream = new Stream(
      ServerConnection.makeSettings({
        wsUrl: 'ws://server/',
        WebSocket: FakeSocket as unknown as typeof WebSocket
      })
    );
    stream.connect(7);
    return stream;
  }

  function say(name: string): ServerMessage {
    const text = golden(name);
    FakeSocket.all[FakeSocket.all.length - 1].onmessage?.({ data: text });
    return JSON.parse(text) as ServerMessage;
  }

  it('goes on, after a break, behind the last change it has seen', () => {
    const stream = opened();
    expect(FakeSocket.all[0].url).toContain('since=7');
    say('hello');
    expect(stream.state).toBe('connected');
    const changes = say('changes');
    FakeSocket.all[0].close();
    expect(stream.state).toBe('disconnected');
    jest.advanceTimersByTime(500);
    expect(FakeSocket.all[1].url).toContain(
      `since=${'seq' in changes ? changes.seq : ''}`
    );
  });

  it('waits longer after each attempt that fails, and anew after a success', () => {
    opened();
    FakeSocket.all[0].close();
    jest.advanceTimersByTime(500);
    FakeSocket.all[1].close();
    jest.advanceTimersByTime(500);
    expect(FakeSocket.all).toHaveLength(2);
    jest.advanceTimersByTime(500);
    expect(FakeSocket.all).toHaveLength(3);
    say('hello');
    FakeSocket.all[2].close();
    jest.advanceTimersByTime(500);
    expect(FakeSocket.all).toHaveLength(4);
  });

  it('subscribes again to what is watched when it is connected again', () => {
    const stream = opened();
    const watched = [{ run_id: 'a', key: 'loss', start: 5 }];
    stream.subscribe(() => watched);
    expect(FakeSocket.all[0].sent).toEqual([]);
    say('hello');
    expect(FakeSocket.all[0].sent.map(text => JSON.parse(text))).toEqual([
      { type: 'subscribe', series: watched }
    ]);
  });

  it('opens nothing any more once it is disposed', () => {
    const stream = opened();
    stream.dispose();
    jest.advanceTimersByTime(60_000);
    expect(FakeSocket.all).toHaveLength(1);
  });
});
