// Package bench measures how fast and how small Rosemary is, and beside it, in the same run on the same machine, its ceilings: a bare net/http handler
// that reads and answers as many bytes, and a bare SQLite loop with the same durability. The product runs as a second process with everything
// that care needs: authentication, validation, access check, audit, the index of words. It asserts nothing; it reports.
package bench
