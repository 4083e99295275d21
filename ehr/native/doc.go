// Package native is Rosemary's own two wire formats of an ISO 13606 extract: canonical JSON (JSON) and canonical XML (XML, whose schema is Schema).
//
// Both are written from one description of the model (model.go, value.go, people.go): the classes by the standard's names, their attributes in snake_case in
// the standard's order, _type or xsi:type where there are alternatives, what is absent left out, digits as they were entered, one composition to a line and
// no other white space. The same extract always gives the same bytes. After the attributes of the top come all_compositions, folders and
// demographic_extract, so that a source can make each of them while it goes through its record once.
//
// Reading is liberal in what carries no meaning (the order of attributes, prefixes, comments, CDATA, white space, numbers in quotation marks, one where a list
// may be) and in what is missing, which ehr.Validate tells. It is strict in what could be lost: an attribute or class that the model does not have is refused
// by name, nothing is passed over. Attributes of the top come before the first composition, folder or entity. The discriminator is an object's first member.
//
// Both read strangers' bytes: depth, text, tags and the size of each part are bounded, a document type is refused, and only the part being read is held.
// Writing is strict: a missing mandatory attribute without a null flavour, a time or number that is none, a text that cannot be carried is an error, not
// output that the schema would refuse.
//
// What it does not do: judge references, codes and chains of versions (ehr.Validate), or know other dialects.
package native
