/** What the checks of the public address say. */
export const texts = {
  publicUrl: {
    ok: (url: string, ms: number) => `A server of this installation answers at ${url}, in ${Math.round(ms)} ms.`,
    unset: {
      detail: 'PUBLIC_URL is not set: requests for any host name are answered, and emails have no links.',
      advice: 'Set PUBLIC_URL to the address that people use, such as https://guildhall.example.com.',
    },
    notYet: (url: string) => `No server runs yet, so nothing answers at ${url}.`,
    unreachable: (url: string, reason: string) => ({
      detail: `${url} cannot be reached from here (${reason}).`,
      advice:
        'Check its name in DNS, the firewall, and that the proxy runs. Some networks do not let a machine reach its own public address.',
    }),
    noServer: (url: string, status: number) => ({
      detail: `The proxy at ${url} answers ${status}: it reaches no server.`,
      advice: 'Check the addresses and ports of the servers in the proxy’s configuration, and that it checks /api/health/ready.',
    }),
    wrongHost: (url: string) => ({
      detail: `The server behind ${url} rejects the request because of its host name.`,
      advice:
        'Let the proxy pass on the browser’s host name: proxy_set_header Host $host in nginx. Set the same PUBLIC_URL on every server.',
    }),
    wrongSecret: (url: string) => ({
      detail: `The server behind ${url} has another SESSION_SECRET than this one, or a clock that is minutes off.`,
      advice: 'Set the same SESSION_SECRET on every server. Otherwise people are signed out whenever another server answers.',
    }),
    otherProgram: (url: string, status: number) => ({
      detail: `What answers at ${url} is not Guildhall, or another version of it (HTTP ${status}).`,
      advice: 'Check where the proxy sends requests. If it asks for a password first, let /api/doctor/probe pass.',
    }),
  },
  certificate: {
    ok: (name: string, days: number, issuer: string) =>
      `The certificate for ${name} is trusted and valid for ${days} more days (issued by ${issuer}).`,
    plain: (url: string) => ({
      detail: `People come by ${url}, without TLS: passwords and everything else can be read on the way.`,
      advice: 'Get a certificate, at the proxy or with TLS_CERT and TLS_KEY, and change PUBLIC_URL to https.',
    }),
    development: 'Development needs no TLS.',
    unset: 'PUBLIC_URL is not set, so it is unknown where the certificate is.',
    silent: (url: string) => `Nothing answers at ${url}: see the check “Public address”.`,
    expired: (name: string, days: number) => ({
      detail: days === 0 ? `The certificate for ${name} expired today.` : `The certificate for ${name} expired ${days} days ago.`,
      advice: 'Renew it, and let the proxy load it again. A server with TLS_CERT loads it again on SIGHUP.',
    }),
    soon: (name: string, days: number) => ({
      detail: `The certificate for ${name} expires in ${days} days.`,
      advice: 'Renew it, and find out why that did not happen automatically: certbot and others renew 30 days before.',
    }),
    untrusted: (name: string, reason: string) => ({
      detail: `Browsers do not trust the certificate for ${name} (${reason}).`,
      advice:
        'Serve the full chain (fullchain.pem) of a certificate for this name. For your own certificate authority, start the doctor with NODE_EXTRA_CA_CERTS.',
    }),
    broken: (url: string, reason: string) => ({
      detail: `No TLS connection to ${url} is possible (${reason}).`,
      advice: 'Check that the proxy speaks TLS on this port.',
    }),
    unreadable: (variable: string, reason: string) => ({
      detail: `The file of ${variable} cannot be used (${reason}).`,
      advice: `Set ${variable} to a PEM file that the user of the server may read.`,
    }),
    mismatch: {
      detail: 'TLS_KEY does not belong to the certificate of TLS_CERT.',
      advice: 'Set both to the files that were issued together.',
    },
  },
  redirect: {
    ok: (from: string, to: string) => `${from} redirects to ${to}.`,
    closed: (from: string) => `Nothing answers at ${from}, so nothing is sent without TLS.`,
    ownPort: 'PUBLIC_URL has a port of its own, so there is no address for plain HTTP beside it.',
    plain: 'PUBLIC_URL is not https.',
    missing: (from: string, status: number) => ({
      detail: `${from} answers ${status} instead of redirecting to https.`,
      advice: 'Let the proxy redirect all of port 80 to https (301 or 308). deploy/nginx.conf and deploy/haproxy.cfg show how.',
    }),
  },
  headers: {
    ok: (count: number) => `All ${count} security headers arrive.`,
    missing: (list: string) => ({
      detail: `Removed or changed on the way: ${list}.`,
      advice: 'Guildhall sends these headers. Let the proxy pass them on unchanged.',
    }),
  },
  events: {
    ended: 'the stream ended',
    late: 'the rest took too long',
    ok: (count: number, interval: number, late: number) =>
      `${count} events sent every ${interval} ms arrived one by one, the latest ${late} ms late.`,
    buffered: (count: number, sent: number, arrived: number) => ({
      detail: `${count} events sent over ${sent} ms arrived within ${arrived} ms: the proxy holds them back.`,
      advice: 'Turn off buffering and compression for text/event-stream: proxy_buffering off in nginx. See deploy/nginx.conf.',
    }),
    lumps: (count: number, together: number) => ({
      detail: `Of ${count} events, ${together} arrived together with the one before.`,
      advice: 'Something sends in lumps: in HAProxy set option http-no-delay. If the machine was busy, run the doctor again.',
    }),
    broken: (arrived: number, count: number, reason: string) => ({
      detail: `Only ${arrived} of ${count} events arrived (${reason}).`,
      advice: 'Raise the proxy’s timeouts above 30 s for event streams, and let it pass on responses as they come.',
    }),
  },
  size: {
    ok: (megabytes: number) => `A body of ${megabytes} MB arrived.`,
    rejected: (megabytes: number, status: number) => ({
      detail: `The proxy answers ${status} to a body of ${megabytes} MB, which Guildhall accepts.`,
      advice: `Raise the proxy’s limit: client_max_body_size ${megabytes + 1}m in nginx, more for imports (MAX_IMPORT_MB).`,
    }),
    broken: (megabytes: number, reason: string) => ({
      detail: `A body of ${megabytes} MB did not arrive (${reason}).`,
      advice: 'Check the proxy’s limit and timeouts for request bodies.',
    }),
  },
  client: {
    ok: (address: string, hops: number) =>
      hops === 0
        ? `Clients connect directly, and are known by their own address (here ${address}).`
        : `Behind ${hops === 1 ? 'one proxy' : `${hops} proxies`}, the server sees the client’s own address (here ${address}), and no made-up one.`,
    spoofable: (hops: number) => ({
      detail: 'The server believes a made-up X-Forwarded-For: anyone can evade the limits and write any address into the audit log.',
      advice:
        hops === 0 ? 'No proxy is in front: set TRUST_PROXY=0.' : `Set TRUST_PROXY=${hops}, the number of proxies in front of the server.`,
    }),
    near: {
      detail: 'No proxy is in front, but X-Forwarded-For is believed from private addresses: people in your network can evade the limits.',
      advice: 'Set TRUST_PROXY=0.',
    },
    nearInDevelopment: 'No proxy is in front. X-Forwarded-For is believed from private addresses, which production should turn off.',
    passedOn: {
      detail: 'The proxy passes on the X-Forwarded-For of clients unchanged, so anyone can make up an address.',
      advice:
        'Let the proxy set it: proxy_set_header X-Forwarded-For $remote_addr in nginx, option forwardfor in HAProxy. Without a proxy, set TRUST_PROXY=0.',
    },
    shared: (address: string, hops: number) => ({
      detail: `The server takes everyone for ${address}, which is a proxy: all people together share one person’s limits.`,
      advice: `Set TRUST_PROXY=${hops}, the number of proxies in front of the server.`,
    }),
    noHeader: (address: string) => ({
      detail: `Something in front sends no X-Forwarded-For, so the server takes everyone for ${address}.`,
      advice: 'Let the proxy send X-Forwarded-For: proxy_set_header X-Forwarded-For $remote_addr in nginx, option forwardfor in HAProxy.',
    }),
  },
};
