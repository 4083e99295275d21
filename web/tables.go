package web

import (
	"rosemary/care/evidence"
	"rosemary/care/outbreak"
	"rosemary/standard"
)

// tables are what the pages about a whole home are worked out by, read once.
type tables struct {
	illnesses  []outbreak.Illness   // which signs belong together
	statements []evidence.Statement // what shows each quality statement
}

func readTables(catalogue *standard.Catalogue) (t tables, err error) {
	if t.illnesses, err = outbreak.StandardIllnesses(); err != nil {
		return t, err
	}
	t.statements, err = evidence.Standard(catalogue)
	return t, err
}
