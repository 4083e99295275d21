// Package installation puts one installation together from its data folder: the database, the rooms' stores, the signing key, the
// recorder, the guard and the notary. The command line, the demonstration, the bench and the tests all open Rosemary through it, so
// that what is tested is what runs. It also holds what only the operator of the whole installation may do: verify, rebuild, export and import everything.
package installation
