// Package attachment keeps the files beside records: photographs, letters, signatures. Each stands under its stream and the SHA-256 of what it holds, in the
// folder attachments of the data folder, encrypted by age (STREAM) to a key that belongs to its person alone. That key is a row of the database, itself
// encrypted to the key file of the data folder: neither the folder, nor the database, nor the key file alone opens anything, and destroying the row destroys
// every file of the person, wherever copies of them lie.
//
// A file is written under a temporary name, flushed to the disk, and only then given its own, so that what is acknowledged is there and what was cut off is
// not. Memory does not grow with the size of a file. Previews of pictures are drawn when they are first asked for, and kept beside them, encrypted too.
//
// It implements access.Attachments. It decides nothing about who may see what, and knows nothing of records.
package attachment
