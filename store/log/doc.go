// Package log keeps the log of every stream, and what finds its versions, in the embedded database.
//
// The contribution table is the truth: one row per contribution with the bytes of its header and of the versions that it created. The
// checkpoints and the Merkle tree are truths of the proof. Every other table is a projection, written in the same transaction by one
// function (projector.apply) and rebuilt by the same one (Rebuild, Compare).
//
// The package decides nothing about care and nothing about access: a record.Scope is a value that it compiles into SQL, in one place.
package log
