// Package transfer moves records between systems. It holds the one form that every Rosemary writes and reads: newline-delimited JSON with
// the stored bytes of every contribution and version exactly as they are, so that what arrives proves itself as it did where it came from.
//
// The first line says what is exported and from where; then stand the contributions with their versions and salts, one a line, in the order in which
// they were committed, each file that they name in front of the first that names it, in parts of bounded size; the last line says how many there were of
// both, so that half an export is noticed.
//
// The package decides nothing about access: a door exports through its session, the operator through the command line.
package transfer
