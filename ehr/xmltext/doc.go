// Package xmltext reads XML from strangers and writes XML for them, as plain trees of elements. The XML dialects of package ehr share it.
//
// Reading is bounded in every direction: levels, bytes of one text, attributes of one tag, elements and bytes of one part. There are no document types, no
// entities beyond the five of XML itself, no encodings beyond UTF-8. Prefixes are resolved, those of xsi:type too; order, comments and processing
// instructions do not matter. What is not so is an *ehr.Fault that says where.
//
// Writing is always well-formed and always the same for the same tree; a character that XML cannot carry becomes U+FFFD.
//
// The package knows nothing of any dialect.
package xmltext
