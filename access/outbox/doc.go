// Package outbox holds the idea that what is written where there is no network comes home: the devices that are known, the sealed envelopes in which
// entries wait on them and travel, and what became of each entry.
//
// An envelope is sealed to the installation's public key, so that nobody can read it on the device, and signed by a key that the device made while the account
// was signed in, so that nobody can send one in another's name. The same entry gets the same answer however often it is sent. What cannot be saved, or comes
// from somebody who has left, waits for a person; nothing is ever dropped. The clock of a device is not believed: what it said is kept, with how far it was
// off when it was last in touch.
//
// The package knows nothing of pages, sessions or records: whoever opens a Desk says how an entry is written.
package outbox
