// Package form turns the class files of the standard into forms for people, and what people post back into content.
//
// Everything that a form holds is a url.Values: Fill writes content as values, Read reads values as content, and Build shows values as
// questions. Reading what was filled gives the same content again, to the last digit: where what a page can show says less than the value
// does (a pinned version, seconds, another system's code), the value itself travels beside it in a hidden field and stands as
// long as nobody changes what is shown. Nothing that was typed is ever lost: what cannot be read is shown again with what is wrong.
//
// Dates and times are entered as local time of one zone. Instants get the offset that the zone has then; where the clocks go back and
// an hour comes twice, the form asks which.
//
// The package judges only what cannot be said in content at all (a month called "Mrch"). Every other rule is the standard's, and
// its problems find their question by Place. It knows nothing of requests, sessions or records.
package form
