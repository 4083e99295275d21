// Package ehr is the reference model of ISO 13606: what a part of one person's record looks like on its way between two systems.
//
//	EHR_EXTRACT  ── folders ──────────── FOLDER ── sub_folders ── FOLDER
//	     │                                 └─ compositions: points at COMPOSITIONs, owns none
//	     ├───────── all_compositions ──── COMPOSITION ── content ── SECTION or ENTRY
//	     │                                 SECTION ── members ── SECTION or ENTRY
//	     │                                 ENTRY ── items ── CLUSTER or ELEMENT
//	     │                                 CLUSTER ── parts ── CLUSTER or ELEMENT
//	     │                                 ELEMENT ── value ── DATA_VALUE
//	     └───────── demographic_extract ─ IDENTIFIED_ENTITY
//
// The model is edition-neutral: attributes are those of EN 13606-1:2007 (= ISO 13606-1:2008), whose tables are public in machine-readable renderings; what
// is known of the 2019 edition does not contradict it. Wire formats are dialects, each in a package of its own below this one; the standard names none.
//
// The package knows nothing of how Rosemary keeps records, of access, HTTP or files. Types are plain data; Validate reports every structural fault with its
// path; Walk visits every component.
package ehr
