// Package extract makes a person's record, or part of it, an extract of ISO 13606, and makes records of an extract.
//
// On the way out every version of a record becomes one COMPOSITION with one ENTRY. Its rc_id is the record's uid with system::number, and those of its parts
// add # and where they stand in the content, so that what was received can be put together again byte for byte, whatever classes the receiver knows. What
// the reference model has no place for (release and hash of the class file, status, when it was recorded, who said so, salt and hash of the version) stands
// in one CLUSTER beside the content that is marked as synthesised: rosemary/version. Salt and hash prove the version to whoever receives it.
//
// What is left out leaves nothing behind that points at it: references become a stated absence (masked), links are gone, and a version that was changed
// so has no salt, for it could not be proven any more. Why something is missing is declared in the header, with how much, never what.
//
// On the way back a composition of a system like this one gives its version again, proven by its hash; one of another maker gives content of the class that
// it fits, or else is kept whole. Nothing here decides what becomes part of a record: that is ratification, in the room transfer.
//
// Who may see what, and that it is logged, is decided before: the package reads through Reading and knows neither sessions nor stores.
package extract
