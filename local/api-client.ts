/** The local mode as a caller of its own API. */

export interface ApiClient {
  /** @throws Error with the problem's own words when the answer is not 2xx */
  call(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>;
}

/** @param base with `/v1` */
export function apiClient(base: string, key: string): ApiClient {
  return {
    async call(method, path, body) {
      const response = await fetch(base + path, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const answer = (await response.json().catch(() => ({}))) as Record<string, unknown>;
      if (response.ok) return answer;
      throw new Error(
        `${method} ${path} answered ${response.status}: ${JSON.stringify(answer.errors ?? answer.detail ?? answer)}`,
      );
    },
  };
}
