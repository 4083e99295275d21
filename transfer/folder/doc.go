// Package folder writes records as files that open without any program: for each person linked pages with every version and its change log, and the attachments beside
// them; for a whole provider also tables (CSV), and a description of every file, element, code and relation, generated from the class files.
//
// It is how somebody reads a record when the system that kept it is gone. What another system takes in is the export of package transfer, which stands beside. The
// package decides nothing about access and reads no store: it is given what goes, or takes it from a session.
package folder
