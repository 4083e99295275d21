// Package resource is FHIR R4 resources as small trees, and their two written forms, JSON and XML.
//
// One flat table, made at build time from the official definitions (build.mjs), says for every type which elements it has, in which order, of
// which types, how often, with which codes. Reading, writing and checking walk the tree beside that table; there is no struct per resource and no
// reflection. Nothing is lost on the way: a decimal keeps its digits, a primitive its id and extensions, repeats their order, a narrative its characters.
// What JSON and XML say differently (arrays of nulls, attributes, elements for resources in resources) stands in no tree, so a tree goes from
// either to the other and back.
//
// Reading is strict and says all faults at once, each with the FHIRPath expression of its place. What would run in a browser is refused in a
// narrative; XML has no document types, entities or instructions.
//
// The package knows nothing of records, people or HTTP.
package resource
