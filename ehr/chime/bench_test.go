package chime_test

import (
	"testing"

	"rosemary/ehr/chime"
	"rosemary/ehr/ehrtest"
)

func BenchmarkEncode(b *testing.B) { ehrtest.BenchmarkEncode(b, chime.Dialect()) }
func BenchmarkDecode(b *testing.B) { ehrtest.BenchmarkDecode(b, chime.Dialect()) }
