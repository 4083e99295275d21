// Package standard is the Adult Social Care Record standard (MODS, DAPB4102) as data.
//
// The files of this folder (README.md tells their form) are compiled once, at start, into a Catalogue: every class with its elements,
// blocks and relationships. From the Catalogue come validation, the encoding of record content, JSON Schema, forms and documentation.
// The package also holds the value tree that record content is made of (Content, Group, Value) and the two things every
// room speaks when something is wrong: Problem (one fault in what was sent) and Fault (an error with a kind).
//
// It knows nothing of persons, versions, storage, HTTP or who may do what.
package standard
