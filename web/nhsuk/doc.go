// Package nhsuk holds the idea of one component of the NHS design system as one Go function: Button, Radios, SummaryList
// and the rest each take a plain struct of options and give back template.HTML.
//
// The options are those of the official component macros of nhsuk-frontend 10.6.1, with the same names in their JSON
// tags, so the design system's own documentation is the documentation of these structs, and its published fixtures are
// the tests: each is decoded into the struct, rendered, and compared with the HTML that the design system expects.
// Options that the design system has deprecated are left out, except the few that its fixtures still use.
//
// Three things differ from the macros. Every string is escaped; only a field of type template.HTML, which is always
// named HTML, is written as it is. Addresses that would run a script, and attributes that hold one, are refused. A list
// item that is to be left out has Omit set, where the macros take false.
//
// The package only writes HTML. It knows nothing of records, requests, page layout or styles: package assets serves the
// styles and scripts, and pages put the components together. The drawings in icons.go and the lettering in logo.go are
// those of nhsuk-frontend (MIT licence, Crown copyright); the lettering may be shown only by NHS organisations, so pages
// set LogoOptions.Omit.
package nhsuk
