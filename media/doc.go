// Package media knows what a file that is kept with a record is: it recognises the few types that Rosemary keeps by their content, refuses in plain
// words what it does not keep, and draws small and large previews of pictures, upright and without the hidden details (such as where a
// photograph was taken) that the original carries.
//
// It keeps nothing, and it never trusts a name or a declared type. What can be opened only by another program (a letter, a recording) is not looked into.
package media
