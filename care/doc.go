// Package care computes what care staff need to see at once from the records of one person: the safety banner, what needs attention,
// how old somebody is, and whose names are easily confused.
//
// Everything here is a pure function of records, the class files and the day. It reads by the roles that class files declare, never
// by the name of a class or an element. It stores nothing, asks nobody and decides nothing about who may see what: the banner is
// made of the records that access gives for it, which are never filtered by sensitivity.
package care
