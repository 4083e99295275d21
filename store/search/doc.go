// Package search finds records by their words: the full-text index of the embedded database, what keeps it up to date, and the search itself.
//
// The index is a projection that follows the log in small steps, each a short transaction of its own, so that no commit waits for it. One entry is one
// contribution: its row id is the moment, and its words are the stems of all its versions with a few marks of what a search narrows by (whose it is,
// class, sensitivity, month). It holds no text and no order of words, which keeps it small; so a hit is only a candidate. The version is
// read from the log, its words are compared (record/words), and the log's own rule of access decides whether a list would show it (store/log, Admitted):
// before it is counted. Marks narrow the candidates to what the reader may see, so that neither what is found nor how long it takes
// depends on what others hold.
//
// What is not indexed yet is read from the log itself, the newest first. The order of an answer is that of the commits, the latest first: never one that
// depends on how often a word stands in records that the reader may not see.
package search
