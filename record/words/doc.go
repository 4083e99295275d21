// Package words splits what people write into words as search compares them, reads what somebody searches for, and finds it again in a text.
//
// Two words are the same when they differ only in case, in marks over and under letters, in apostrophes, or in their English ending: "Walking" is found
// as "walked", "Zoë" as "zoe". The package is the only place that decides so: the index, the scan of what is not indexed yet, and the marks on the
// page all ask it, and so they cannot disagree. It keeps nothing and knows nothing of who may see what.
package words
