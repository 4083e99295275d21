// Package xmlscan takes XML from strangers apart, tag by tag. Every dialect of package ehr that is XML reads through it; it is the one place where hostile XML is stopped.
//
// There are no document types, no entities beyond the five of XML itself and numbers, no encoding but UTF-8, no XML but 1.0. How much is held is bounded before it is read: the bytes
// of one tag, its attributes, the levels of elements, and the bytes between two tags, whatever they are (words, comments, instructions). Prefixes of elements and attributes are
// resolved. Comments and instructions are passed over.
//
// What is handed out stands in the scanner's own memory until the next token, so that reading costs little: names are shared, words and values are copied by whoever keeps them.
package xmlscan
