// Package storetest is the suite that every store of the log passes: Run tries a store against the words of record.Log, record.Proofs and
// access.Register, with a small standard of its own, so that it does not move when the real one does.
//
// It also holds the small world that tests of a single store are made with. It knows no database.
package storetest
