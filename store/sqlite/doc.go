// Package sqlite opens the embedded database that an installation keeps its data in, and lets many callers write to it at the cost of one.
//
// SQLite has one writer. Callers queue for it, and everything that waits is committed in one transaction (Write), so that the price of
// reaching the disk is paid once for all of them. Readers have connections of their own and are never blocked.
//
// The package knows no table: each room of the store brings its own, as numbered migrations (Migrate). It translates the driver's errors
// once, into standard.Fault kinds with words that a person can act on.
package sqlite
