// Package web is the pages for people: server-rendered, working without script and better with it, made of the components of the NHS
// design system, phone first, in words that a tired carer understands.
//
// One file holds one page: its struct, which is all that its template sees, and its handler. A handler gets a call, asks the session's view,
// fills the struct and renders; it returns an error and one table turns the kinds of fault into pages. Forms are generated from the class files
// by package form; the safety banner comes from package care. Everything about one person is shown through one view, fixed at one
// moment; with ?at= that moment lies in the past, every link carries it on, and nothing can be changed.
//
// The package holds an access.Session and nothing else that leads to the record. It knows no class of the standard by name, keeps
// nothing, and writes no record content to a log.
package web
