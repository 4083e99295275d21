// Package access decides who may see and do what, and keeps the log of who saw what.
//
// A Guard proves who somebody is (password or token) and makes Sessions: one actor, with one role and one purpose. A Session is the
// only way to the record. What it may do stands in one readable table, policy.yaml: role, action, ground, and up to which
// sensitivity. Policy.Decide answers for one record, Policy.Scope gives the same rule as a value for lists, and a test proves that
// they agree. Reads go through a View, fixed at one moment; rules of access are always today's, whatever the moment.
//
// A person or record that may not be seen is NotFound, exactly as one that does not exist. Forbidden is for what may be known of but
// not done. Every read, and every refusal, is an Entry of the trail: packed in batches, hash-chained, written within a second of the reply;
// a disclosure is written before its first byte.
//
// The package keeps nothing itself: Accounts, Trail and Register are what it needs of a store. It knows nothing of HTTP or cookies.
package access
