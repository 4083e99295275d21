// Package language reads language files: a file says how the sentences of the pages are said in one other language. Whatever is wrong with a file is told at once, each fault with its
// line and column, and a sentence that is at fault, or is not there, is said in English. It knows no page: which sentences there are it is given.
package language
