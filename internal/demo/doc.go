// Package demo makes the demonstration: the story of one person, complete, and a dozen others in one home with their staff. What is told
// stands in the YAML files beside the code; the code turns it into contributions and commits them in the order of time, each through the session
// of whoever wrote it, so that the demonstration keeps every rule that a real home keeps. The same seed gives the same people with the same
// record uids and contents. It opens no store and knows no door: it is given a guard, and a clock that it may set.
package demo
