// Package ibime is the dialect of EN 13606-1:2007 that IBIME (Universidad Politécnica de Valencia) published as an XML Schema, namespace
// http://EN13606-RM.xsd.
//
// The schema knows COMPOSITION and FOLDER and nothing above them, so an extract is a tar stream of documents, each valid against it:
//
//	extract.xml               a COMPOSITION made up here, archetype id rosemary-extract-header: an ENTRY with the top of the extract, its criteria, and what
//	                          was left out
//	folders/N.xml             a FOLDER each
//	compositions/N.xml        a COMPOSITION each
//	demographics/N.xml        a COMPOSITION made up here for each person, organisation and device: rosemary-extract-person, -organisation, -device
//	end.xml                   a COMPOSITION made up here, rosemary-extract-end, with the number of documents before it, so that what is cut short shows
//
// In what is made up, each ELEMENT and CLUSTER has the standard's name of the attribute as its archetype id. A single COMPOSITION or FOLDER that is no tar
// stream is read too, and a tar stream of them without a header.
//
// What the schema cannot say, and where it goes:
//
//   - An II has an OID as its root. A UUID goes as 2.25 and its number, and comes back as the UUID. Any other root goes as the OID of NamedRoot, with the
//     root itself at the beginning of the extension, "%" and " " in it escaped as in addresses, and a space before what the extension was.
//   - A TS is a whole date and time, or a time of day with seconds; a DATE a whole day. What is less, or has another form, goes into nullFlavor: the
//     text itself as the code, "ISO 8601" as the name of its scheme; the first instant that it can mean stands beside it. So nobody takes a month for its first night.
//   - A DURATION has days, hours, minutes and seconds. What has years, months or weeks goes into nullFlavor in the same way.
//   - A DATA_VALUE that is only absent is a SIMPLE_TEXT with a nullFlavor alone.
//   - Everything else, such as the original words of a CV, is kept as package kept has it.
//
// Digits are written as they were entered: 71.40 is a double too.
package ibime
