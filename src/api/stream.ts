import { URLExt } from '@jupyterlab/coreutils';
import type { ServerConnection } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import type {
  ClientMessage,
  ServerMessage,
  SubscribedSeries
} from './contract';
import { API_PATH } from './requests';

export type ConnectionState = 'connecting' | 'connected' | 'disconnected';

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;

/**
 * The WebSocket that says what changed. After a break it connects again by itself and asks for all
 * that came after the last number it has seen.
 */
export class Stream implements IDisposable {
  constructor(private readonly _settings: ServerConnection.ISettings) {}

  get state(): ConnectionState {
    return this._state;
  }

  get stateChanged(): ISignal<this, ConnectionState> {
    return this._stateChanged;
  }

  get received(): ISignal<this, ServerMessage> {
    return this._received;
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  /** Follow what changes after `seq`. */
  connect(seq: number): void {
    this._seq = seq;
    this._open();
  }

  /** Try now instead of waiting for the next attempt. */
  reconnect(): void {
    if (this._state === 'disconnected') {
      clearTimeout(this._timer);
      this._open();
    }
  }

  /** Replace what is subscribed to; kept over a break of the connection. */
  subscribe(series: () => SubscribedSeries[]): void {
    this._subscription = series;
    this._sendSubscription();
  }

  dispose(): void {
    this._disposed = true;
    clearTimeout(this._timer);
    this._socket?.close();
    this._socket = null;
    Signal.clearData(this);
  }

  private _open(): void {
    if (this._disposed) {
      return;
    }
    this._setState('connecting');
    const { wsUrl, token, appendToken, WebSocket } = this._settings;
    let url = URLExt.join(wsUrl, API_PATH, `stream?since=${this._seq}`);
    if (appendToken && token) {
      url += `&token=${encodeURIComponent(token)}`;
    }
    const socket = new WebSocket(url);
    this._socket = socket;
    socket.onmessage = (event: MessageEvent<string>) =>
      this._onMessage(event.data);
    socket.onclose = () => {
      if (this._socket === socket) {
        this._socket = null;
        this._retry();
      }
    };
  }

  private _retry(): void {
    if (this._disposed) {
      return;
    }
    this._setState('disconnected');
    this._timer = setTimeout(() => this._open(), this._retryMs);
    this._retryMs = Math.min(this._retryMs * 2, LAST_RETRY_MS);
  }

  private _onMessage(text: string): void {
    const message = JSON.parse(text) as ServerMessage;
    switch (message.type) {
      case 'hello':
        this._retryMs = FIRST_RETRY_MS;
        this._setState('connected');
        this._sendSubscription();
        break;
      case 'changes':
      case 'reset':
        this._seq = message.seq;
        break;
      case 'points':
        break;
    }
    this._received.emit(message);
  }

  private _sendSubscription(): void {
    if (this._state === 'connected' && this._socket) {
      const message: ClientMessage = {
        type: 'subscribe',
        series: this._subscription()
      };
      this._socket.send(JSON.stringify(message));
    }
  }

  private _setState(state: ConnectionState): void {
    if (state !== this._state) {
      this._state = state;
      this._stateChanged.emit(state);
    }
  }

  private readonly _stateChanged = new Signal<this, ConnectionState>(this);
  private readonly _received = new Signal<this, ServerMessage>(this);
  private _subscription: () => SubscribedSeries[] = () => [];
  private _socket: WebSocket | null = null;
  private _state: ConnectionState = 'disconnected';
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _retryMs = FIRST_RETRY_MS;
  private _seq = 0;
  private _disposed = false;
}
