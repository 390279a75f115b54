/** An example of sending a webhook from a shell: shown next to its secret and in docs/triggers.md; a test runs it. */

/** @param url of the webhook @param secret `whsec_…` */
export const curlExample = (url: string, secret: string): string => `url='${url}'
secret='${secret}'
body='{"event":"deployed","version":"1.4.2"}'

id=$(openssl rand -hex 16)
timestamp=$(date +%s)
key=$(printf %s "\${secret#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \\n')
signature=$(printf %s "$id.$timestamp.$body" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)

curl -sS "$url" -H 'content-type: application/json' --data-raw "$body" \\
  -H "webhook-id: $id" -H "webhook-timestamp: $timestamp" -H "webhook-signature: v1,$signature"`;
