package main

import (
	"os"
	"runtime/debug"
)

// A server's own memory is small beside what a second of work leaves behind, so that Go's collector, which lets the heap double, would run all the time: a tenth of the processor
// time of a commit. It may grow to four times instead, and less when all of it comes near the limit.
const (
	growth = 300       // percent
	limit  = 160 << 20 // bytes, of all that Go has of the system; what lives longer may need more, at the price of collecting more often
)

// collectSeldom sets the collector for a server, unless the operator has (GOGC, GOMEMLIMIT).
func collectSeldom() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(growth)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(limit)
	}
}
