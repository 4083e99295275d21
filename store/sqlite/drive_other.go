//go:build !linux

package sqlite

// networkDrive cannot tell on this operating system.
func networkDrive(string) (name string, yes bool) { return "", false }

// FreeSpace cannot tell on this operating system.
func FreeSpace(string) (bytes int64, known bool) { return 0, false }
