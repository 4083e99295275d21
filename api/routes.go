package api

import (
	"net/http"

	"rosemary/standard"
)

// route is one row of the table: what one method of one resource does.
type route struct {
	method  string
	path    string
	about   string // one line, for the index
	query   []param
	gives   string // media type of the reply; "" is whatever it is
	returns string // schema of the reply (openapi.yaml)
	takes   string // schema of the body of the request; "": it has none
	accepts string // media type of that body; "": JSON
	open    bool   // answers without a session
	long    bool   // may take longer than other requests
	of      kind   // whose records it is about
	answer  func(*call) error
}

// takesNewRecord is the schema of a body that can hold the example of a class.
const takesNewRecord = "NewRecord"

// kind is a kind of stream, as addresses name it.
type kind struct {
	base      string // address of the list of all
	parameter string // what the path calls one
	stream    standard.Stream
	word      string // for the index
}

// table is what the API can do. The multiplexer, the checking of parameters and the index are made from it.
func (s *service) table() []*route {
	people := kind{"/api/people", "person", standard.PersonStream, "the person"}
	directory := kind{"/api/directory", "entry", standard.DirectoryStream, "the entry"}
	rows := [][]*route{
		{
			{method: http.MethodGet, path: "/healthz", about: "Whether Rosemary is ready to serve", open: true, answer: (*call).health},
			{method: http.MethodGet, path: "/metrics", about: "Figures for Prometheus", open: true, answer: (*call).metrics},
			{method: http.MethodGet, path: "/api", about: "This index", open: true, gives: mediaJSON, returns: "Anything", answer: (*call).index},
			{method: http.MethodGet, path: "/api/session", about: "Who is asking, and what they may do", gives: mediaJSON, returns: "Anything", answer: (*call).whoAmI},
			{method: http.MethodGet, path: "/api/installation", about: "Where this installation stands: its epoch, the head of its log, and up to where a backup holds it", gives: mediaJSON, returns: "Anything", answer: (*call).readInstallation},
		},
		standardRoutes(),
		{
			{method: http.MethodGet, path: people.base, about: "The people whom the reader may see", query: peopleParams(), gives: mediaJSON, of: people, returns: "People", answer: (*call).listPeople},
			{method: http.MethodPost, path: people.base, about: "Register a person: the contribution that begins their record", gives: mediaJSON, of: people, takes: "NewPerson", returns: "Receipt", answer: (*call).open},
			{method: http.MethodGet, path: people.base + "/{person}", about: "Who a person is, where they live, how many records of each class they have", query: momentParams(), gives: mediaJSON, of: people, returns: "Person", answer: (*call).readPerson},
			{method: http.MethodGet, path: "/api/search", about: "Records of everybody whom the reader may see, found by their words", query: searchParams(), gives: mediaJSON, returns: "Found", answer: (*call).search},
			{method: http.MethodGet, path: people.base + "/{person}/search", about: "Records of a person, found by their words", query: searchParams(), gives: mediaJSON, of: people, returns: "Found", answer: (*call).searchStream},
			{method: http.MethodGet, path: people.base + "/{person}/access-log", about: "Who looked at the person's record", query: pageParams(), gives: mediaJSON, of: people, returns: "List", answer: (*call).listAccess},
			{method: http.MethodGet, path: people.base + "/{person}/copy", about: "The whole record of a person as pages that open without any program, in a zip file, with the export beside them", query: copyParams(), gives: mediaZip, long: true, of: people, answer: (*call).copyRecord},
			{method: http.MethodGet, path: people.base + "/{person}/export", about: "The whole record of a person, one contribution a line, to be checked and taken in elsewhere", query: exportParams(), gives: mediaLines, long: true, of: people, answer: (*call).export},
		},
		extractRoutes(people),
		streamRoutes(people),
		attachmentRoutes(people),
		joiningRoutes(people),
		destructionRoutes(people),
		transferRoutes(),
		{
			{method: http.MethodGet, path: directory.base, about: "The provider's places, organisations and care workers", query: directoryParams(), gives: mediaJSON, of: directory, returns: "List", answer: (*call).listDirectory},
			{method: http.MethodPost, path: directory.base, about: "Begin an entry of the directory", gives: mediaJSON, of: directory, takes: "NewEntry", returns: "Receipt", answer: (*call).open},
			{method: http.MethodGet, path: directory.base + "/{entry}", about: "What an entry of the directory is called, how many records of each class it has", query: momentParams(), gives: mediaJSON, of: directory, returns: "Anything", answer: (*call).readEntry},
		},
		streamRoutes(directory),
		{
			{method: http.MethodPost, path: "/api/contributions", about: "Commit contributions to the records of several people, all or nothing", gives: mediaJSON, takes: "NewContributions", returns: "Receipts", answer: (*call).contributeToSeveral},
			{method: http.MethodGet, path: "/api/contributions/{contribution}", about: "One contribution: who committed what, when, with the versions it made", gives: mediaJSON, returns: "Contribution", answer: (*call).readContribution},
		},
	}
	var all []*route
	for _, r := range rows {
		all = append(all, r...)
	}
	return all
}

// streamRoutes are the resources that a person's record and an entry of the directory have alike.
func streamRoutes(of kind) []*route {
	one := of.base + "/{" + of.parameter + "}"
	records := one + "/records"
	rows := []*route{
		{method: http.MethodGet, path: records, about: "The records of " + of.word, query: recordsParams(), returns: "Versions", answer: (*call).listRecords},
		{method: http.MethodPost, path: records, about: "Write one record", takes: takesNewRecord, returns: "Receipt", answer: (*call).createRecord},
		{method: http.MethodGet, path: records + "/{record}", about: "One record, as it stands now or stood then", query: momentParams(), returns: "Version", answer: (*call).readRecord},
		{method: http.MethodPut, path: records + "/{record}", about: "Change one record: If-Match names the version that was changed", takes: "ChangedRecord", returns: "Receipt", answer: (*call).changeRecord},
		{method: http.MethodGet, path: records + "/{record}/versions", about: "All versions of one record, first to last", query: momentParams(), returns: "Versions", answer: (*call).listVersions},
		{method: http.MethodGet, path: records + "/{record}/versions/{number}", about: "One version of one record", query: momentParams(), returns: "Version", answer: (*call).readVersion},
		{method: http.MethodGet, path: records + "/{record}/change-log", about: "Who did what to one record, when and why", query: momentParams(), returns: "List", answer: (*call).readChangeLog},
		{method: http.MethodGet, path: records + "/{record}/disclosures", about: "Who was given one record, the latest first, and who of them must be told that it was corrected", query: disclosureParams(), returns: "Disclosures", answer: (*call).listDisclosures},
		{method: http.MethodPost, path: records + "/{record}/disclosures", about: "Note that somebody was told what one version of one record says", takes: "NewDisclosure", returns: "Receipt", answer: (*call).tell},
		{method: http.MethodPost, path: records + "/{record}/attestations", about: "Sign one version of one record; needs the password again", takes: "NewAttestation", returns: "Receipt", answer: (*call).attest},
		{method: http.MethodGet, path: one + "/contributions", about: "The contributions to the record of " + of.word + ", the oldest first", query: contributionParams(), returns: "List", answer: (*call).listContributions},
		{method: http.MethodPost, path: one + "/contributions", about: "Commit one or many changes, all or nothing", takes: "NewContribution", returns: "Receipt", answer: (*call).contribute},
	}
	for _, r := range rows {
		r.of, r.gives = of, mediaJSON
	}
	return rows
}

func standardRoutes() []*route {
	rows := []*route{
		{path: "/api/standard", about: "The release of the standard, and its categories", returns: "Anything", answer: (*call).readStandard},
		{path: "/api/standard/classes", about: "The classes of the standard", query: classParams(), returns: "List", answer: (*call).listClasses},
		{path: "/api/standard/classes/{class}", about: "One class with all its elements, own and inherited", returns: "Anything", answer: (*call).readClass},
		{path: "/api/standard/classes/{class}/schema", about: "The JSON Schema of the content of a class", gives: mediaSchema, returns: "Anything", answer: (*call).readSchema},
		{path: "/api/openapi.json", about: "This API as one OpenAPI document, with the schema and an example of every class", returns: "Anything", answer: (*call).readOpenAPI},
		{path: "/api/standard/forms", about: "The forms: which building blocks each asks for", returns: "List", answer: (*call).listForms},
		{path: "/api/standard/forms/{form}", about: "One form with its sections and questions", returns: "Anything", answer: (*call).readForm},
		{path: "/api/standard/valuesets", about: "The value sets", returns: "List", answer: (*call).listValueSets},
		{path: "/api/standard/valuesets/{valueset}", about: "One value set with its codes", returns: "Anything", answer: (*call).readValueSet},
	}
	for _, r := range rows {
		r.method = http.MethodGet
		if r.gives == "" {
			r.gives = mediaJSON
		}
	}
	return rows
}

func momentParams() []param {
	return []param{
		{name: paramAsAt, about: "as it stood then: an instant, or a day, which means its end", read: readEnd},
		{name: paramMoment, about: "as it stood at that moment: a whole number, as replies give it", read: readMoment},
	}
}

func pageParams() []param {
	return []param{
		{name: paramAfter, about: "the cursor of the page before", read: readCursor},
		{name: paramLimit, about: "how many at most: 1 to 200, 50 when left out", read: readLimit},
	}
}

func peopleParams() []param {
	return append([]param{
		{name: paramSearch, about: "beginnings of names, or an NHS number", read: readWords},
		{name: paramPlace, about: "only those who live at, or are looked after from, this place", read: readUID},
		{name: paramLeft, about: "true: only those who have left; false: only those who are here; left out: both", read: readYesNo},
	}, append(momentParams(), pageParams()...)...)
}

func recordsParams() []param {
	return append([]param{
		{name: paramClass, about: "only of this class; may be given more than once", many: true, read: readClass},
		{name: paramCategory, about: "only of this category", read: readCategory},
		{name: paramFrom, about: "happened at or after: a date or an instant", read: readStart},
		{name: paramUntil, about: "happened before: a date or an instant", read: readStart},
		{name: paramVersions, about: "current (when left out) or all", read: readWhich},
		{name: paramErrors, about: "true: those entered in error too", read: readYesNo},
		{name: paramOrder, about: "happened (when left out) or committed; the latest first", read: readOrder},
	}, append(momentParams(), pageParams()...)...)
}

func contributionParams() []param { return append(momentParams(), pageParams()...) }

func exportParams() []param {
	return []param{
		{name: paramMoment, about: "up to that moment", read: readMoment},
		{name: paramTo, about: "whom it is for, in one line: asked for when it turns out that something in it was wrong", read: readAside},
		{name: paramWhy, about: "why it is taken out, in one line", read: readAside},
	}
}

func directoryParams() []param {
	return append([]param{{name: paramClass, about: "only of this class; may be given more than once", many: true, read: readClass}}, momentParams()...)
}

func classParams() []param {
	return []param{{name: paramCategory, about: "only of this category", read: readCategory}}
}
