// Package keyset is the public keys of a client, and what it proves with them: assertions, short signed words by which a program says that it is the client that
// was registered (RFC 7523, as SMART Backend Services has it).
//
// Two ways of signing are taken, RS384 and ES384, each only with a key that is made for it: so that neither "none", nor a public key that is taken for a shared secret, nor a
// weaker hash proves anything. Private and shared keys are refused when a client is registered, and never kept.
package keyset
