// Package transfer moves records between systems. It holds the one form that every Rosemary writes and reads: newline-delimited JSON with
// the stored bytes of every contribution and version exactly as they are, so that what arrives proves itself as it did where it came from.
//
// The first line says what is exported and from where; every other is one contribution with its versions and their salts, in the order in which
// they were committed; the last says how many there were, so that half a file is noticed.
//
// The package decides nothing about access: a door exports through its session, the operator through the command line.
package transfer
