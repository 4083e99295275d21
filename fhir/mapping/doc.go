// Package mapping is how records of the standard become FHIR resources, and resources become records.
//
// It is data: one file per class in classes/ says which resource a record of the class is, and where in it each element stands. README.md tells
// their form. An element that no file gives a place travels as an extension named after it, so every element has a place, and a class that no file
// is about is a Basic resource of extensions. What a place cannot say exactly (a time without seconds, a code that FHIR does not have) stands beside
// it in an extension, which counts only while it agrees with what the place says. So record, resource, record is the identity.
//
// What a resource from elsewhere says and the class has no place for is given back as the rest; Merge puts it into what the record became later.
//
// The files are compiled against the class files and the FHIR definitions: a place that does not exist, two elements in one place, or a
// reference that FHIR does not allow is a fault of the file. The package knows nothing of HTTP, people or the log.
package mapping
