// Package papers reads what is behind the addresses of documents, so that the evidence
// of a consent names the very bytes that were shown and signed.
//
// The addresses come from outside, and the portal stands where others can't reach: so
// they are treated as an attacker's. Only https, only hosts that are listed or public,
// judged by the address that is really connected to; no cookies, no proxy, no way from
// one host to another, 10 MB and 10 seconds at most.
//
// Whatever goes wrong is a short word (see Fetcher.Fetch), which is kept for good
// beside the consent and shown to customers and partners. It never has an address in it.
package papers
