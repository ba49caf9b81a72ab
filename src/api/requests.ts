import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type { ApiError, EditConflict } from './contract';

/** Below the server's base URL. */
export const API_PATH = 'lightflow/api';

/** What the server refused, or that it could not be reached (`status` 0). */
export class RequestError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** What stands there now, where somebody else changed it meanwhile. */
    readonly present: EditConflict['present'] | null = null
  ) {
    super(message);
    this.name = 'RequestError';
  }
}

export type QueryValue = string | number | readonly string[];

/** Requests below one path of the server; each rejects with `RequestError`. */
export class Requests {
  constructor(
    private readonly _settings: ServerConnection.ISettings,
    private readonly _path: string
  ) {}

  async get<T>(
    path: string,
    query: Record<string, QueryValue> = {}
  ): Promise<T> {
    const response = await this._fetch(path + queryText(query));
    return (await response.json()) as T;
  }

  async send<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await this._fetch(path, {
      method,
      ...(body
        ? {
            body: JSON.stringify(body),
            headers: { 'Content-Type': 'application/json' }
          }
        : {})
    });
    return (await response.json()) as T;
  }

  async content(
    path: string,
    headers: Record<string, string> = {}
  ): Promise<Blob> {
    return (await this._fetch(path, { headers })).blob();
  }

  private async _fetch(
    path: string,
    init: RequestInit = {}
  ): Promise<Response> {
    const url = URLExt.join(this._settings.baseUrl, this._path, path);
    let response: Response;
    try {
      response = await ServerConnection.makeRequest(url, init, this._settings);
    } catch (error) {
      throw new RequestError(
        0,
        'UNREACHABLE',
        error instanceof Error ? error.message : String(error)
      );
    }
    if (!response.ok) {
      throw await errorOf(response);
    }
    return response;
  }
}

async function errorOf(response: Response): Promise<RequestError> {
  try {
    const body = (await response.json()) as Partial<ApiError & EditConflict>;
    return new RequestError(
      response.status,
      body.error_code ?? 'UNKNOWN',
      body.message ?? response.statusText,
      body.present
    );
  } catch {
    return new RequestError(response.status, 'UNKNOWN', response.statusText);
  }
}

export function queryText(query: Record<string, QueryValue>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      parameters.append(name, String(one));
    }
  }
  const text = parameters.toString();
  return text ? `?${text}` : '';
}

/** A path whose parts may hold any character. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
