// Package archtest holds the rules of the house as tests: which way imports run, which packages may know SQL, HTTP and the clock, that no class
// of the standard is named in code, that every package says what it is, and that files and functions stay short. It has no code of its own.
package archtest
