package ehrtest

import "rosemary/ehr"

// Small is a small extract of a person who does not exist, for golden files: a care plan with a need, its folder, and the people in it. It has what formats
// find hard beside what they find easy: partial times, digits with trailing zeros, a coded text, a value that is only absent.
func Small() *Parts {
	nhs := ehr.ID{Root: "2.16.840.1.113883.2.1.4.1", Extension: "9990000018", Authority: "NHS England"}
	home := ehr.ID{Root: "1.2.3.4", Extension: "care-home-1"}
	staff := ehr.ID{Root: "https://rosemary.example/staff", Extension: "staff-7"}
	id := func(n int) ehr.ID { return ehr.ID{Root: UUID(n)} }
	words := func(s string) ehr.Text { return &ehr.SimpleText{Text: s} }
	component := func(n int, name string) ehr.Component { return ehr.Component{Name: words(name), RCID: id(n)} }
	term := func(list, code string) ehr.Code {
		return ehr.Code{Code: code, Scheme: "CEN/TC251/EN13606-3:" + list}
	}
	yes, status, structure := true, term("VERSION_STATUS", "VER01"), term("STRUCTURE_TYPE", "STRC01")
	plan := &ehr.Composition{Component: component(1, "Care plan"), Composer: &ehr.Role{Performer: staff}}
	plan.ArchetypeID, plan.Sensitivity = "care-plan", 3
	plan.Meaning = &ehr.Coded{Code: "734163000", System: "http://snomed.info/sct", Display: "Care plan"}
	set := id(1)
	plan.Committal = ehr.Audit{System: home, Committed: ehr.Moment{Text: "2025-11-22T17:14:00Z"}, Committer: staff, VersionStatus: &status, VersionSet: &set}
	low, high := ehr.Moment{Text: "2025-11-22"}, ehr.Moment{Text: "2026-02"}
	need := &ehr.Cluster{Component: component(4, "Need detail"), Structure: structure, Parts: []ehr.Item{
		&ehr.Element{Component: component(5, "Description"), Value: &ehr.SimpleText{Text: "Help to wash & dress,\nevery morning", Language: "en"}},
		&ehr.Element{Component: component(6, "Fluid target"), Value: &ehr.Quantity{Digits: "1500.0", Unit: "mL"}},
		&ehr.Element{Component: component(7, "Review"), Value: &ehr.Interval{Low: &low, High: &high, LowClosed: true}},
		&ehr.Element{Component: component(8, "How sure"), Value: &ehr.CodedText{Text: "as she says", Coded: ehr.Coded{Code: "410605003", System: "http://snomed.info/sct", Display: "Confirmed present"}}},
		&ehr.Element{Component: component(9, "Morning call"), Value: &ehr.Moment{Text: "07:30"}},
		&ehr.Element{Component: component(10, "Weight"), Value: &ehr.Null{Flavour: "ASKU"}},
		&ehr.Element{Component: component(11, "Leaflet"), Value: &ehr.Encapsulated{MediaType: "text/plain", Charset: "utf-8", Size: 5, Data: []byte("hello")}},
	}}
	entry := &ehr.Entry{Component: component(3, "Need"), Items: []ehr.Item{need}, InfoProvider: &ehr.Role{Performer: nhs}}
	plan.Content = []ehr.Content{&ehr.Section{Component: component(2, "Needs"), Members: []ehr.Content{entry}}}
	return &Parts{
		Top: &ehr.Header{System: home, EHR: nhs, Subject: nhs, Created: ehr.Moment{Text: "2025-11-22T17:14:00+00:00"}, Model: "EN 13606",
			Criteria: []ehr.Criteria{{MaxSensitivity: 3, AllVersions: &yes, ArchetypeIDs: []string{"care-plan"}}},
			Omitted:  []ehr.Omission{{Reason: "more sensitive than was asked for", Count: 2}}},
		FolderList:      []*ehr.Folder{{Component: component(12, "Care planning"), Compositions: []ehr.ID{id(1)}}},
		CompositionList: []*ehr.Composition{plan},
		DemographicList: []ehr.Demographic{
			&ehr.Person{Entity: ehr.Entity{Key: nhs, IDs: []ehr.ID{nhs}, Telecoms: []ehr.Telecom{{URI: "tel:+441632960001", Use: "HP"}}},
				Names:     []ehr.Name{{Use: "L", Parts: []ehr.NamePart{{Type: "GIV", Text: "Ada"}, {Type: "FAM", Text: "Example"}}}},
				Addresses: []ehr.Address{{Use: "H", Parts: []ehr.AddressPart{{Type: "AL", Text: "Rosemary House"}, {Type: "ZIP", Text: "ZZ99 3VZ"}}}},
				Subject:   &ehr.SubjectDetail{Gender: ehr.Code{Code: "2"}, Birth: ehr.Moment{Text: "1938-01-04"}}},
			&ehr.Person{Entity: ehr.Entity{Key: staff}, Names: []ehr.Name{{Parts: []ehr.NamePart{{Type: "GIV", Text: "Sam"}, {Type: "FAM", Text: "Sample"}}}},
				Roles: []ehr.ProfessionalRole{{Profession: &ehr.Coded{Code: "158942009", System: "http://snomed.info/sct", Display: "Care assistant"}, Organisation: &home}}},
			&ehr.Organisation{Entity: ehr.Entity{Key: home}, Code: ehr.Coded{Code: "care-home", System: "https://rosemary.example/kinds"}, Description: "A care home", Name: "Rosemary House"},
		},
	}
}
