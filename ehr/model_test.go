package ehr_test

import "rosemary/ehr"

// Every class of the model stands where it may stand.
var (
	_ = []ehr.Content{&ehr.Section{}, &ehr.Entry{}}
	_ = []ehr.Item{&ehr.Cluster{}, &ehr.Element{}}
	_ = []ehr.Demographic{&ehr.Person{}, &ehr.Organisation{}, &ehr.Device{}}
	_ = []ehr.Part{&ehr.Header{}, &ehr.Folder{}, &ehr.Composition{}, &ehr.Person{}}
	_ = []ehr.Text{&ehr.SimpleText{}, &ehr.CodedText{}}
)
