// Package api is the native JSON API: every person, record, version and contribution as a resource under /api, with /healthz and
// /metrics beside it.
//
// One table (routes.go) says which resources there are, which methods and query parameters each takes, and what answers; the multiplexer, the
// checking of what is sent and the index at GET /api are all made from it. A request is proved first (a bearer token, or the cookie of
// a signed-in page), then read strictly: an unknown query parameter, an unknown member, a key given twice, a broken character are
// refused, all faults at once, in an RFC 9457 problem. The content of a record leaves as the very bytes that are stored.
//
// The package decides nothing about care or access: it holds an access.Session, translates, and translates back.
package api
