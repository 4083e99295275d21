package attachment_test

import (
	"context"
	"testing"
)

// quiet stands in for a test in the process that is killed: what goes wrong there ends it.
type quiet struct{ testing.TB }

func (quiet) Helper()                  {}
func (quiet) Context() context.Context { return context.Background() }
func (quiet) Cleanup(func())           {}
func (quiet) Fatal(args ...any)        { panic(args) }
