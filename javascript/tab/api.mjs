/** Talking to CivitDock's own routes. Every failure becomes an ApiError with a code, a message and a hint. */

import { saidProblem } from './servertext.mjs';
import { t } from './strings.mjs';

/** Our server gave no answer at all: it restarts, or the network is gone. Not one of the server's own codes. */
export const UNREACHABLE = 'server_unreachable';

/** Codes by which the server says that CivitAI itself cannot be had just now. */
const CIVITAI_AWAY = new Set(['offline', 'civitai_down', 'challenge_page']);

/** The host's login is not there, or no longer. */
export const UNAUTHORIZED = 'unauthorized';

export class ApiError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {{hint?: string|null, status?: number, retryAfter?: number|null}} [more] retryAfter in seconds
   */
  constructor(code, message, more = {}) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.hint = more.hint ?? '';
    this.status = more.status ?? 0;
    this.retryAfter = more.retryAfter ?? null;
  }

  get isUnreachable() {
    return this.code === UNREACHABLE;
  }

  /** Does no request get through just now, whatever it says? */
  get isCutOff() {
    return this.isUnreachable || this.code === UNAUTHORIZED;
  }

  get isCivitaiAway() {
    return CIVITAI_AWAY.has(this.code);
  }

  /** Can the same request succeed later? Not when it was refused for what it says: then it has to be changed. */
  get mayPass() {
    return this.status < 400 || this.status === 408 || this.status === 429 || this.status >= 500 || this.isCutOff;
  }
}

/**
 * @param {unknown} error
 * @returns {boolean} true for a request that we ended ourselves
 */
export function isAbort(error) {
  return error instanceof Error && error.name === 'AbortError';
}

/**
 * @param {unknown} error
 * @returns {ApiError}
 */
export function asApiError(error) {
  if (error instanceof ApiError) return error;
  return new ApiError('unexpected', error instanceof Error ? error.message : String(error));
}

/**
 * Nobody of ours answered; the browser's own words for it are kept for those who look for the cause.
 * @param {string} cause
 * @param {{status?: number, retryAfter?: number|null}} [more]
 */
function unreachable(cause, more = {}) {
  const error = new ApiError(UNREACHABLE, t('error.unreachable.text'), more);
  error.cause = cause;
  return error;
}

/**
 * `Retry-After` as seconds; the form with a date as well.
 * @param {string|null} header
 * @param {number} now milliseconds
 * @returns {number|null}
 */
export function retryAfterSeconds(header, now) {
  if (!header) return null;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const time = Date.parse(header);
  return Number.isNaN(time) ? null : Math.max(0, Math.ceil((time - now) / 1000));
}

/**
 * @param {Response} response
 * @returns {Promise<ApiError>}
 */
async function problemOf(response) {
  const more = {
    status: response.status,
    retryAfter: retryAfterSeconds(response.headers.get('Retry-After'), Date.now()),
    hint: '',
  };
  try {
    const problem = (await response.json())?.error;
    if (problem?.code) {
      const { message, hint } = saidProblem({ ...problem, message: problem.message ?? problem.code });
      return new ApiError(problem.code, message, { ...more, hint });
    }
  } catch {
    // A proxy or a restarting host answers with something that is no JSON: the status has to say it all.
  }
  const restarting = response.status === 404 || response.status === 502 || response.status === 503;
  if (restarting) return unreachable(`HTTP ${response.status}`, more);
  return new ApiError(response.status === 401 ? UNAUTHORIZED : 'http_error', `HTTP ${response.status}`, more);
}

export class Api {
  /**
   * @param {string} base address of the routes, with a slash at the end
   * @param {typeof fetch} [send]
   */
  constructor(base, send = (...args) => fetch(...args)) {
    this.base = base;
    this.send = send;
  }

  /**
   * @param {string} path
   * @param {{signal?: AbortSignal}} [options]
   * @returns {Promise<any>}
   */
  get(path, options = {}) {
    return this.#call(path, { method: 'GET', signal: options.signal ?? null });
  }

  /**
   * @param {string} path
   * @param {Record<string, unknown>} [body]
   * @param {{signal?: AbortSignal, keepalive?: boolean}} [options] keepalive: also when the page is being left
   * @returns {Promise<any>}
   */
  post(path, body = {}, options = {}) {
    return this.#call(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-CivitDock': '1' },
      body: JSON.stringify(body),
      signal: options.signal ?? null,
      ...(options.keepalive ? { keepalive: true } : {}),
    });
  }

  /**
   * @param {string} path
   * @param {RequestInit} init
   */
  async #call(path, init) {
    let response;
    try {
      response = await this.send(`${this.base}${path}`, { credentials: 'same-origin', cache: 'no-store', ...init });
    } catch (error) {
      if (isAbort(error)) throw error;
      throw unreachable(error instanceof Error ? error.message : String(error));
    }
    if (!response.ok) throw await problemOf(response);
    try {
      return await response.json();
    } catch (error) {
      if (isAbort(error)) throw error;
      throw unreachable(`HTTP ${response.status}`, { status: response.status });
    }
  }
}
