package ehr

// codeSystems pairs the addresses of code systems, as FHIR and the canonical forms name them, with the OIDs by which the older formats know them.
var codeSystems = [...][2]string{
	{"http://snomed.info/sct", "2.16.840.1.113883.6.96"},
	{"http://loinc.org", "2.16.840.1.113883.6.1"},
	{"http://unitsofmeasure.org", "2.16.840.1.113883.6.8"},
	{"http://hl7.org/fhir/sid/icd-10", "2.16.840.1.113883.6.3"},
}

// SystemOID gives the OID of a code system where it is known, otherwise the system as it is.
func SystemOID(system string) string {
	for _, pair := range codeSystems {
		if pair[0] == system {
			return pair[1]
		}
	}
	return system
}

// SystemAddress gives the address of a code system where it is known, otherwise the system as it is.
func SystemAddress(oid string) string {
	for _, pair := range codeSystems {
		if pair[1] == oid {
			return pair[0]
		}
	}
	return oid
}
