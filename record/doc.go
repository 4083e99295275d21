// Package record is the core of Rosemary: the append-only log of one person's care, and its proof.
//
// A record is one building block of the standard (a need, a risk, a consent) with a uid that never changes. A Version is one immutable
// state of it (ISO 13606 COMPOSITION holding one ENTRY). A Contribution is what one committer commits at once to one stream, all or
// nothing, with a change log that says who, when, what kind of change and why (ISO 13606 AUDIT_INFO and ATTESTATION_INFO; DAPB4102
// classes 463963 and 465097). A stream is the log of one person, or of one entry of the provider's directory.
//
// Three times are never mixed: when something happened (in the content), when it was recorded (Version.Recorded), and when it was
// committed (Contribution.Committed). Order is visibility: every contribution gets a gapless Moment, and a view is fixed at one.
//
// Bytes are encoded once (encode.go) and hashed as they stand (hash.go): salt and body make a version's hash, the header with
// those hashes and the hash before it in the stream makes the contribution's. The Notary gathers them in a Merkle log whose
// checkpoints it signs; the Verifier walks all of it and names the first broken place.
//
// The package holds the rules. It keeps nothing itself: Log is what it needs of a store. Who may see or do what is decided in access.
package record
