// Package chime is the dialect of EN 13606-1:2007 that goes back to CHIME (University College London) and is used in Sweden: an ehr_extract with compositions,
// folders and demographics in one document, and the data types of ISO 21090, whose values are XML attributes. There is no normative schema; the order of
// elements is that of the Swedish profile, and so is the namespace unless another is agreed (In).
//
// What the format cannot say, and where it goes:
//
//   - Times are compact: 20260309113000.25+0100. A Z goes as +0000 and comes back as Z. A time of day, and a text that is no time, is absent with the null
//     flavour OTH; as the value of an element a time of day is an ST.
//   - A CODED_TEXT is a CD with its words as originalText, in a name an ST with the words alone. A CS is its code; its list follows from where it stands.
//   - A DURATION is a PQ.TIME of one number and one unit (a, mo, wk, d, h, min, s); one of several parts is their sum in seconds or months.
//   - A DATA_VALUE that is only absent is an ST with a nullFlavor alone.
//   - A folder names its compositions by root and extension with "::" between them.
//   - What was left out is a criterion whose other_constraints say "Left out (3): the reason".
//   - Everything else is kept exactly, as package kept has it. For the top of the extract the notes stand in a COMPOSITION before all others, made up for them,
//     which also holds the criteria, because the format has those after the compositions; for people, organisations and devices in a SOFTWARE_OR_DEVICE
//     before the one that they are about. Both carry the code or archetype id rosemary-kept.
//
// What others send may stand in any order but one: system, record, subject and time of the extract come before what is in it. Criteria that come after the
// compositions are in the header, which was given before them, when Decode returns.
package chime
