// Package bench measures how fast Rosemary is, and beside it, in the same run on the same machine, its ceilings: a bare net/http handler that reads and
// answers as many bytes, and a bare SQLite loop with the same durability. The product runs as a second process with everything
// that care needs: authentication, validation, access check, audit. It asserts nothing; it reports.
package bench
