// Package oversight works out what a registered manager answers for: what stands open in a home, what is overdue, and which decisions the law asks for and nobody has
// recorded yet.
//
// Everything here is a pure function of the records of many people, the class files, the table of duties and the time. Each figure is a list of findings, and each finding names the
// record that it comes from: a number that nobody can open does not exist. Records are read by the roles that class files declare.
package oversight
