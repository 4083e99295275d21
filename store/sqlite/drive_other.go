//go:build !linux

package sqlite

// networkDrive cannot tell on this operating system.
func networkDrive(string) (name string, yes bool) { return "", false }
