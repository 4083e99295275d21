// Package smart is the protocol of SMART on FHIR (App Launch 2, Backend Services) by which programs and apps of others get tokens for the FHIR door: discovery, the
// token endpoint, introspection (RFC 7662) and revocation (RFC 7009).
//
// It checks who a client is and translates; what a client may have, and what came of what, is decided in access. Every refusal is one of OAuth's error codes with words that a
// programmer can act on, and says nothing that only another client may know.
package smart
