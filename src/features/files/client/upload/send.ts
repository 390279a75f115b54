/** Sends a request with XMLHttpRequest, which, unlike `fetch`, tells how much of a body has been sent. */

/** @param onSent gets the bytes of the body sent so far @returns a `fetch` for one request */
export const sendWithProgress =
  (onSent: (bytes: number) => void): typeof fetch =>
  (input, init = {}) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open(init.method ?? 'GET', String(input));
      for (const [name, value] of new Headers(init.headers)) request.setRequestHeader(name, value);
      request.upload.onprogress = ({ loaded }) => onSent(loaded);
      request.onload = () => resolve(new Response(request.responseText || null, { status: request.status, headers: headersOf(request) }));
      request.onerror = () => reject(new TypeError('The request failed.'));
      request.onabort = () => reject(init.signal?.reason);
      init.signal?.addEventListener('abort', () => request.abort());
      if (init.signal?.aborted) return reject(init.signal.reason);
      request.send(init.body as XMLHttpRequestBodyInit);
    });

function headersOf(request: XMLHttpRequest): Headers {
  const headers = new Headers();
  for (const line of request.getAllResponseHeaders().trim().split('\r\n')) {
    const at = line.indexOf(':');
    if (at > 0) headers.append(line.slice(0, at), line.slice(at + 1).trim());
  }
  return headers;
}
