// Package fhir is the FHIR R4 door: the records of the standard as resources under /fhir/R4, to read, search, write and follow.
//
// One table (routes.go) says which interactions there are and what answers; the CapabilityStatement is made from it, the mapping and the
// search parameters, so it claims what there is. A resource is a record seen through fhir/mapping. A write is a contribution like any other: the same
// validation, change log, rules of access and log of reads. What a resource says and the record has no place for stands beside its version (Beside) and is given back with it.
//
// Every fault is an OperationOutcome, all of them at once, each with the FHIRPath expression of its place. JSON and XML say the same.
//
// The package decides nothing about care or access: it holds an access.Session, translates, and translates back.
package fhir
