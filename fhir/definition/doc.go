// Package definition writes what this FHIR service is made of as resources: a logical model of every class of the standard, the profile that its resources have, the
// extension of every element, the value sets and the code systems. All of it is made of the class files and the mapping when it is asked for; nothing is kept.
//
// It knows nothing of people, sessions or HTTP.
package definition
