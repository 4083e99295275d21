// Package medicine knows what may be given to a person, when, and what must stop it: orders, doses, stock and the chart of them, read from records.
//
// All of it is pure: functions on the versions of one person's records, at a time that is given. Which rules hold at every door says Rule, which the
// session that commits asks; what a page shows is computed here too, so that a page and the rule never disagree. No class, element or code is named: classes
// play roles, and codes say what they mean. Which medicines belong to a family that somebody can be allergic to, and the letters of the chart, are YAML files.
package medicine
