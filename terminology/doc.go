// Package terminology is what is known of codes: the value sets that are bundled with the program or are the provider's own, and the code systems that their codes
// come from. It lists, finds, and says whether a code belongs, and it is honest about what it does not have: of a system of somebody else only the codes are known that a
// list names, and a system that may not be shipped is not given out.
//
// It knows nothing of FHIR: a door turns its answers into resources.
package terminology
